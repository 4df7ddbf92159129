/** Whom a row is about, by the addresses that messages go to. */
export interface Addresses {
	/** E.164 */
	phone?: string;
	email?: string;
}

/** One thing that an item asks for at one address. An item with a phone number and an email address asks for two. */
export interface Ask {
	/** By which way it reaches the person; `list` for what is about nobody in particular. */
	channel: 'sms' | 'email' | 'list';
	/** E.164, or an email address in any writing. */
	address: string;
	/** What is asked for there, such as the campaign. */
	purpose: string;
}

/**
 * Domains know no case, and no provider tells people apart by the case of the rest.
 *
 * @param address of an email, in any writing
 * @returns equal for all writings of the same address
 */
export function emailKey(address: string): string {
	return address.trim().normalize('NFKC').toLowerCase().replace(/\.$/, '');
}

/**
 * @param ask one of an item's
 * @returns equal for all that reach the same person by the same way, whatever they ask for and however their rows are written
 */
export function addressKey(ask: Ask): string {
	return `${ask.channel}\n${ask.channel === 'email' ? emailKey(ask.address) : ask.address}`;
}

/**
 * @param ask one of an item's
 * @returns equal for all that ask for the same at the same address
 */
export function askKey(ask: Ask): string {
	return `${addressKey(ask)}\n${ask.purpose}`;
}

/**
 * @param person whom an item is about
 * @param purpose what is asked for this person, such as the campaign
 * @returns what is asked for at each of the person's addresses
 */
export function asksOf({ phone, email }: Addresses, purpose: string): Ask[] {
	const asks: Ask[] = [];
	if (phone !== undefined) asks.push({ channel: 'sms', address: phone, purpose });
	if (email !== undefined) asks.push({ channel: 'email', address: email, purpose });
	return asks;
}
