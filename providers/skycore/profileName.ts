/** An element's name in a document, and the end of a parameter's name in a GET. */
const WRITABLE_NAME = /^(?!XML)[A-Z_][A-Z0-9_.-]*$/;

/**
 * Spells the name of a profile field as the provider's own examples do: `First Name` becomes `FIRST_NAME`.
 * https://www.skycore.com/help/subscribe-v1/
 *
 * @param name as a person or another system calls the field
 * @returns upper case, with underscores for blanks
 */
export function profileName(name: string): string {
	return name.trim().replace(/\s+/g, '_').toUpperCase();
}

/**
 * @param name as `profileName` gives it
 * @returns whether a request can carry a field of that name
 */
export function isProfileName(name: string): boolean {
	return WRITABLE_NAME.test(name);
}
