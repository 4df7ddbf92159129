import { isRecord } from './record';

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
 * @param name that somebody else wrote
 * @returns the name, an unsafe one with an underscore in front
 */
export function safeName(name: string): string {
	return isUnsafeName(name) ? `_${name}` : name;
}

/**
 * Reads JSON and puts an underscore in front of every unsafe name, however deep it stands: harmless where it is, it could do harm as soon as somebody
 * copies it into another object.
 *
 * @param json text that is known to be JSON
 * @returns its value, with safe names
 */
export function parseWithSafeNames(json: string): unknown {
	return JSON.parse(json, (_name, value: unknown) => {
		if (!isRecord(value) || !Object.keys(value).some(isUnsafeName)) return value;
		return Object.fromEntries(Object.entries(value).map(([name, inner]) => [safeName(name), inner]));
	});
}
