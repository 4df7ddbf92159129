/**
 * @param value of any kind
 * @returns true for an object with named values, false for a list and null
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
