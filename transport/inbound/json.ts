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
 * @throws {PostbackRejected} 400 when it is not JSON, nests too deep or names a property such as `__proto__`
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
		if (isUnsafeName(name)) throw refused(`names a property ${name}`);
		requireSafe(inner, depth + 1);
	}
}

function refused(why: string): PostbackRejected {
	return new PostbackRejected(400, 'document', `The JSON body ${why}`);
}
