import { InputProblem } from '../../consent/failure';

/** Which sign-up unit the consent belongs to: named directly, or found by Attentive through locale and type. */
export type SignUp =
	| { signUpSourceId: string }
	| { locale: { language: string; country: string }; subscriptionType: 'MARKETING' | 'TRANSACTIONAL' };

export interface SignUpInput {
	signUpSourceId?: string;
	locale?: { language: string; country: string };
	subscriptionType?: 'MARKETING' | 'TRANSACTIONAL';
}

/**
 * Makes sure that exactly one of Attentive's two ways to name the sign-up unit is used, and correctly.
 *
 * @param input what the person entered
 * @throws {InputProblem} when both ways, neither, or half of one is filled, or a code has the wrong letter case
 * @see https://docs.attentive.com/reference/addsubscriptions
 */
export function readSignUp(input: SignUpInput): SignUp {
	const signUpSourceId = input.signUpSourceId?.trim() ?? '';
	const language = input.locale?.language?.trim() ?? '';
	const country = input.locale?.country?.trim() ?? '';
	const subscriptionType = input.subscriptionType?.trim() ?? '';
	const byLocale = Object.entries({ Language: language, Country: country, 'Subscription Type': subscriptionType });
	const filled = byLocale.filter(([, value]) => value !== '').map(([name]) => `'${name}'`);
	const empty = byLocale.filter(([, value]) => value === '').map(([name]) => `'${name}'`);

	if (signUpSourceId !== '') {
		if (filled.length === 0) return { signUpSourceId };
		throw new InputProblem(
			`'Sign-Up Source ID' and ${filled.join(', ')} are both filled, but Attentive takes one or the other`,
			`Remove ${filled.join(', ')} to use the sign-up source, or empty 'Sign-Up Source ID' to let Attentive find it by locale and type.`,
		);
	}
	if (filled.length === 0) {
		throw new InputProblem(
			"'Sign-Up Source ID' is empty",
			"Enter the ID that Attentive shows in the 'Sign-up Units' tab, or choose a language, a country and a subscription type instead.",
		);
	}
	if (empty.length > 0) {
		throw new InputProblem(
			`${filled.join(', ')} is filled, but ${empty.join(', ')} is empty`,
			`Fill ${empty.join(', ')} too, or enter a 'Sign-Up Source ID' instead of all three.`,
		);
	}
	requireExactly('Language', language, /^[a-z]{2}$/, language.toLowerCase(), 'two small letters, such as en (ISO 639-1)');
	requireExactly('Country', country, /^[A-Z]{2}$/, country.toUpperCase(), 'two capital letters, such as US (ISO 3166-1)');
	return { locale: { language, country }, subscriptionType: readType(subscriptionType) };
}

/**
 * Which subscription a sign-up asks for, as far as that is known before Attentive has answered.
 *
 * @param input what the person entered; a sign-up source says what it is for only inside Attentive
 * @returns e.g. `MARKETING TEXT`; null when only Attentive knows
 */
export function expectedCampaign(input: Pick<SignUpInput, 'subscriptionType'> & { phone?: string }): string | null {
	return input.subscriptionType === undefined ? null : `${input.subscriptionType} ${input.phone === undefined ? 'EMAIL' : 'TEXT'}`;
}

/**
 * @param signUp the sign-up unit of a call
 * @returns how it is called in the output: the sign-up source's ID, or type and locale
 */
export function signUpName(signUp: SignUp): string {
	if ('signUpSourceId' in signUp) return signUp.signUpSourceId;
	return `${signUp.subscriptionType} ${signUp.locale.language}-${signUp.locale.country}`;
}

function requireExactly(field: string, value: string, form: RegExp, suggestion: string, expected: string): void {
	if (form.test(value)) return;
	const remedy = form.test(suggestion) ? `Write '${suggestion}' instead.` : 'Write such a code, or let the expression give one.';
	throw new InputProblem(`'${field}' is '${value}', but Attentive compares it letter by letter and expects ${expected}`, remedy);
}

function readType(value: string): 'MARKETING' | 'TRANSACTIONAL' {
	if (value === 'MARKETING' || value === 'TRANSACTIONAL') return value;
	throw new InputProblem(
		`'Subscription Type' is '${value}', but Attentive opts people in to MARKETING or TRANSACTIONAL only`,
		'Use one of these two words, in capital letters.',
	);
}
