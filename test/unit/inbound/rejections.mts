/** What the tests of the inbound road expect of a refusal. */
import { PostbackRejected } from '../../../transport/inbound/rejection.ts';

/** A matcher for a refusal with this status, whose reason fits. */
export function rejected(status: number, reason: RegExp): object {
	return expect.objectContaining({ name: 'PostbackRejected', status, message: expect.stringMatching(reason) as string });
}

/** The refusal that the work ends with; fails when it ends without one. */
export function rejectionOf(work: () => unknown): PostbackRejected {
	try {
		work();
	} catch (problem) {
		if (problem instanceof PostbackRejected) return problem;
		throw problem;
	}
	throw new Error('not rejected');
}
