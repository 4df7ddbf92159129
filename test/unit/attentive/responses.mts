import type { CallResponse } from '../../../consent/call.ts';
import { type FailureDetails, InputProblem, ProviderFailure } from '../../../consent/failure.ts';

/** What the transport hands to `interpret`: text stays text, anything else is JSON. */
export function response(status: number, body: unknown = '', headers: Record<string, string> = {}): CallResponse {
	if (typeof body === 'string') return { status, headers, text: body };
	return { status, headers, text: JSON.stringify(body), json: body };
}

export function failureOf(run: () => unknown): FailureDetails {
	const problem = thrownBy(run);
	if (problem instanceof ProviderFailure) return problem.details;
	throw problem;
}

export function problemOf(run: () => unknown): InputProblem {
	const problem = thrownBy(run);
	if (problem instanceof InputProblem) return problem;
	throw problem;
}

function thrownBy(run: () => unknown): unknown {
	try {
		run();
	} catch (problem) {
		return problem;
	}
	return new Error('Nothing was thrown.');
}
