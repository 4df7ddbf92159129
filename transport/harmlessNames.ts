const POLLUTING_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * @param name of an element, an attribute, a field or a property that somebody else wrote
 * @returns true when copying it into a JavaScript object could change other objects
 */
export function isPollutingName(name: string): boolean {
	return POLLUTING_NAMES.has(name);
}
