/** Whom a row is about, by the addresses that messages go to. */
export interface Addresses {
	/** E.164 */
	phone?: string;
	email?: string;
}

/**
 * When two items ask for the same: for the same person, by the phone number and the e-mail address that are sent, and for the same thing. However else
 * their rows are written makes no difference.
 *
 * @param person whom an item is about
 * @param asksFor what is asked for this person, such as the campaign
 * @returns equal for items that ask for the same
 */
export function sameRequestKey({ phone, email }: Addresses, asksFor: readonly unknown[]): string {
	return JSON.stringify([phone ?? null, email ?? null, ...asksFor]);
}
