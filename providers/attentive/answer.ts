import type { CallAnswer } from '../../consent/call';
import { sentenceOf, z } from '../../consent/schema';
import { type CallPurpose, failureOf, unreadable } from './failure';

const GRAPHQL_ERRORS = z.object({ errors: z.array(z.unknown()).min(1) });

/**
 * Reads a successful answer. Any 2xx counts: which one Attentive sends differs between its documents.
 *
 * @param answer what Attentive answered
 * @param schema what the documents promise
 * @param purpose what had been asked for
 * @throws {ProviderFailure} when it is not success, GraphQL-style `errors` inside HTTP 200 included, or is not as documented
 */
export function readAnswer<Schema extends z.ZodTypeAny>(answer: CallAnswer, schema: Schema, purpose: CallPurpose): z.output<Schema> {
	if (!isSuccess(answer)) throw failureOf(answer, purpose);
	const read = schema.safeParse(answer.json);
	if (!read.success) throw unreadable(answer, purpose, answer.json === undefined ? 'it is not JSON' : sentenceOf(read.error));
	return read.data;
}

/**
 * @param answer what Attentive answered
 * @returns true when its status is 2xx and it does not complain inside
 */
export function isSuccess(answer: CallAnswer): boolean {
	return answer.status >= 200 && answer.status < 300 && !GRAPHQL_ERRORS.safeParse(answer.json).success;
}
