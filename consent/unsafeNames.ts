/** By these, assigning a property reaches the prototype that all objects share. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * @param name of an element, an attribute, a field or a property that somebody else wrote
 * @returns true when copying it into a JavaScript object could change other objects
 */
export function isUnsafeName(name: string): boolean {
	return UNSAFE_NAMES.has(name);
}

/**
 * Reads JSON and leaves out every property with an unsafe name, however deep it stands: harmless where it is, it could do harm as soon as somebody
 * copies it into another object.
 *
 * @param json text that is known to be JSON
 * @returns its value, without such properties
 */
export function parseWithoutUnsafeNames(json: string): unknown {
	return JSON.parse(json, (name, value: unknown) => (isUnsafeName(name) ? undefined : value));
}
