/** Whom a call is about. */
export type Person =
	| {
			/** E.164 with its plus. */
			phone: string;
			email?: string;
	  }
	| { phone?: undefined; email: string };

/**
 * @param person whom a call is about, beside whatever else is known
 * @returns the `user` of a request's body
 */
export function userOf({ phone, email }: Person): Record<string, string> {
	return { ...(phone === undefined ? {} : { phone }), ...(email === undefined ? {} : { email }) };
}

/**
 * @param person whom a call is about
 * @returns what the person gets at all; where both are given, the texts count
 */
export function channelOf({ phone }: Person): 'sms' | 'email' {
	return phone === undefined ? 'email' : 'sms';
}

/**
 * @param person whom a call is about
 * @returns the same as Attentive writes it
 */
export function wireChannelOf(person: Person): 'TEXT' | 'EMAIL' {
	return channelOf(person) === 'sms' ? 'TEXT' : 'EMAIL';
}
