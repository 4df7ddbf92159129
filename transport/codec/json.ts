const MAY_HOLD_LONG_INTEGER = /\d{16}/;
/** A text, which is passed over, or a number. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;

/**
 * Reads JSON and keeps every digit of integers beyond 2^53, which JavaScript would round: an id with other digits is somebody else's.
 *
 * @param json text
 * @returns its value, such integers as text
 * @throws {SyntaxError} when it is not JSON
 */
export function parseJsonExactly(json: string): unknown {
	const value: unknown = JSON.parse(json);
	if (!MAY_HOLD_LONG_INTEGER.test(json)) return value;
	return JSON.parse(
		json.replace(TEXT_OR_NUMBER, (token) => (INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token)),
	);
}
