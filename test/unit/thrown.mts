import { type FailureDetails, InputProblem, ProviderFailure } from '../../consent/failure.ts';

/** The failure of a provider's that this throws; anything else that it throws is the test's own failure. */
export function failureOf(run: () => unknown): FailureDetails {
	const problem = thrownBy(run);
	if (problem instanceof ProviderFailure) return problem.details;
	throw problem;
}

/** Likewise, what is wrong with what somebody entered. */
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
