export const SUBSCRIPTION_TYPES = ['MARKETING', 'TRANSACTIONAL'] as const;

/** What a person can be opted in to. */
export type SubscriptionType = (typeof SUBSCRIPTION_TYPES)[number];

/** By what Attentive finds a unit whose ID is not given. */
interface LocaleAndType {
	/** ISO 639-1 in small letters, ISO 3166-1 in capital ones: Attentive compares letter by letter. */
	locale: { language: string; country: string };
	subscriptionType: SubscriptionType;
}

/**
 * Which sign-up unit the consent belongs to: named directly, or found by Attentive through locale and type, or both.
 * https://docs.attentive.com/reference/addsubscriptions
 */
export type SignUpUnit =
	| ({
			/** The ID column of Attentive's 'Sign-up Units' tab. */
			signUpSourceId: string;
	  } & Partial<LocaleAndType>)
	| ({ signUpSourceId?: undefined } & LocaleAndType);

/**
 * @param unit beside whatever else a call takes
 * @returns what of it goes into a request's body
 */
export function signUpUnitOf({
	signUpSourceId,
	locale,
	subscriptionType,
}: SignUpUnit): Partial<LocaleAndType> & { signUpSourceId?: string } {
	return {
		...(signUpSourceId !== undefined && { signUpSourceId }),
		...(locale !== undefined && { locale }),
		...(subscriptionType !== undefined && { subscriptionType }),
	};
}

/**
 * @param unit of a sign-up
 * @returns how it is called in the output: the sign-up source's ID, else type and locale
 */
export function signUpUnitName(unit: SignUpUnit): string {
	if (unit.signUpSourceId !== undefined) return unit.signUpSourceId;
	return `${unit.subscriptionType} ${unit.locale.language}-${unit.locale.country}`;
}

/**
 * @param unit of a sign-up
 * @returns what it is for; undefined for a sign-up source alone, which tells it only inside Attentive
 */
export function subscriptionTypeOf({ subscriptionType }: SignUpUnit): SubscriptionType | undefined {
	return subscriptionType;
}
