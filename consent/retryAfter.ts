/**
 * Reads the HTTP header that says how long to wait.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 *
 * @param headers of the answer, names in lower case
 * @param nowMs the present, Unix milliseconds; only a date in the header needs it
 * @returns milliseconds from now, never negative; undefined when the header is missing or unreadable
 */
export function readRetryAfter(headers: Record<string, string>, nowMs: number): number | undefined {
	const value = headers['retry-after']?.trim();
	if (value === undefined || value === '') return undefined;
	if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
	const at = /[A-Za-z]{3}/.test(value) ? Date.parse(value) : NaN;
	return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
