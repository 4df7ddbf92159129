import { isUnsafeName } from '../../consent/unsafeNames';
import { parseJsonExactly } from '../codec/json';
import { PostbackRejected } from './rejection';

/** Attentive nests four deep. */
const MAX_DEPTH = 12;

/**
 * Reads a JSON body that a stranger may have written.
 *
 * @param text the decoded body
 * @returns its value
 * @throws {PostbackRejected} 400 when it is not JSON, nests too deep or holds what could change other objects, such as a property `__proto__`
 */
export function parseJson(text: string): unknown {
	const value = parsed(text);
	requireSafe(value, 1);
	return value;
}

function parsed(text: string): unknown {
	try {
		return parseJsonExactly(text);
	} catch {
		throw refused('is not valid JSON');
	}
}

function requireSafe(value: unknown, depth: number): void {
	if (typeof value !== 'object' || value === null) return;
	if (depth > MAX_DEPTH) throw refused(`nests more than ${MAX_DEPTH} deep`);
	for (const [name, inner] of Object.entries(value)) {
		// A single value under such a name harms nobody, and the event around it may be an opt-out.
		if (name === '__proto__' || (isUnsafeName(name) && typeof inner === 'object' && inner !== null))
			throw refused(`names a property ${name}`);
		requireSafe(inner, depth + 1);
	}
}

function refused(why: string): PostbackRejected {
	return new PostbackRejected(400, 'document', `The JSON body ${why}`);
}
