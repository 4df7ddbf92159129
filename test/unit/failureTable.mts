import type { FailureDetails } from '../../consent/failure';
import type { Provider } from '../../consent/provider';

/**
 * @param provider whose table is looked at
 * @param failures what its code said
 * @returns those that stand in no row; `…` in a row stands for anything
 */
export function missingInTable(provider: Provider, failures: FailureDetails[]): FailureDetails[] {
	return failures.filter(
		({ kind, message, remedy }) =>
			!provider.failures.some((row) => row.kind === kind && holds(row.message, message) && holds(row.remedy, remedy)),
	);
}

function holds(written: string, text: string): boolean {
	const pattern = written
		.split('…')
		.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
		.join('[^]*');
	return new RegExp(`^${pattern}$`).test(text);
}
