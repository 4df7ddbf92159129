import type { CallRequest, ProviderCall } from '../../../consent/call.ts';
import { askKey } from '../../../consent/samePerson.ts';
import { enteredAttentivePerson } from '../../../nodes/fields/attentive.ts';
import { attentiveSubscriptionTarget, enteredAttentiveSubscription } from '../../../nodes/fields/attentiveSubscription.ts';
import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';
import { attentive as queryForm } from '../../../nodes/SmsQueryOptOuts/fields/attentive.ts';
import { attentive as subscribeForm } from '../../../nodes/SmsSubscribe/fields/attentive.ts';
import { attentive as unsubscribeForm } from '../../../nodes/SmsUnsubscribe/fields/attentive.ts';
import { subscribe } from '../../../providers/attentive/subscribe.ts';
import phones from '../../fixtures/attentive/phones.json';
import { problemOf } from '../thrown.mts';

type Values = Record<string, unknown>;

function entered(values: Values): ParameterReader {
	return new ParameterReader((name) => values[name]);
}

const PHONE = '+19148440001';
const SOURCE = { phone: PHONE, signUpSourceId: '241654' };
const LOCALE = { phone: PHONE, signUpUnit: 'localeAndType', localeLanguage: 'en', localeCountry: 'US', subscriptionType: 'MARKETING' };
const pairs = (...pair: { name: string; value: string }[]) => ({ additionalFields: { customIdentifiers: { pair } } });

describe('whom a call is about', () => {
	test.each([
		[{ phone: PHONE }, { phone: PHONE }],
		[{ email: ' a@example.com ' }, { email: 'a@example.com' }],
		[
			{ phone: PHONE, email: 'a@example.com' },
			{ phone: PHONE, email: 'a@example.com' },
		],
		[{ phone: PHONE, email: '' }, { phone: PHONE }],
	])('%j', (values, person) => {
		expect(enteredAttentivePerson(entered(values))).toEqual(person);
	});

	test.each(phones.valid)('%s goes out as it is', (phone) => {
		expect(enteredAttentivePerson(entered({ phone }))).toEqual({ phone });
	});

	test.each(phones.invalid)('%s, which Attentive refuses, goes out as E.164', (phone) => {
		expect(enteredAttentivePerson(entered({ phone }))).toEqual({ phone: PHONE });
	});

	test('a number that is too short for Attentive is refused, although there are such numbers', () => {
		const problem = problemOf(() => enteredAttentivePerson(entered({ phone: '+491111' })));
		expect(problem.message).toBe(`'Phone Number' holds "+491111", which is too short: this provider takes 7 to 15 digits`);
		expect(problem.remedy).toContain('Compare it with your source.');
	});
});

describe('the sign-up unit', () => {
	test('by its ID together with locale and type', () => {
		const input = enteredAttentiveSubscription(entered({ ...LOCALE, ...SOURCE, signUpUnit: 'both' }));
		expect(input).toMatchObject({ signUpSourceId: '241654', locale: { language: 'en', country: 'US' }, subscriptionType: 'MARKETING' });
		expect(attentiveSubscriptionTarget(input)).toMatchObject({ signUpSource: '241654', campaign: 'MARKETING TEXT' });
		const { body } = subscribe(input).request;
		expect(body).toEqual({
			json: {
				user: { phone: PHONE },
				signUpSourceId: '241654',
				locale: { language: 'en', country: 'US' },
				subscriptionType: 'MARKETING',
			},
		});
		for (const missing of ['signUpSourceId', 'localeLanguage', 'localeCountry']) {
			const problem = problemOf(() => enteredAttentiveSubscription(entered({ ...LOCALE, ...SOURCE, signUpUnit: 'both', [missing]: '' })));
			expect(problem.message).toMatch(/is empty$/);
		}
	});

	test('by its ID alone, or by locale and type alone', () => {
		expect(enteredAttentiveSubscription(entered({ ...LOCALE, ...SOURCE, signUpUnit: 'sourceId' }))).toMatchObject({
			signUpSourceId: '241654',
		});
		expect(enteredAttentiveSubscription(entered({ ...LOCALE, ...SOURCE, signUpUnit: 'sourceId' }))).not.toHaveProperty('locale');
		expect(enteredAttentiveSubscription(entered({ ...SOURCE, ...LOCALE }))).toMatchObject({
			locale: { language: 'en', country: 'US' },
			subscriptionType: 'MARKETING',
		});
		expect(enteredAttentiveSubscription(entered({ ...SOURCE, ...LOCALE }))).not.toHaveProperty('signUpSourceId');
	});

	test('letter case does not matter in the form, and does to Attentive', () => {
		expect(enteredAttentiveSubscription(entered({ ...LOCALE, localeLanguage: 'EN', localeCountry: 'us' }))).toMatchObject({
			locale: { language: 'en', country: 'US' },
		});
	});
});

describe('identifiers', () => {
	const identifiersOf = (values: Values) => enteredAttentiveSubscription(entered({ ...SOURCE, ...values })).externalIdentifiers;

	test('without a value are left out, filled ones are sent', () => {
		const empty = { clientUserId: '', shopifyId: null, klaviyoId: '  ', customIdentifiers: { pair: [{ name: 'loyalty', value: '' }] } };
		expect(identifiersOf({ additionalFields: empty })).toBeUndefined();
		expect(identifiersOf({})).toBeUndefined();
		const filled = {
			...empty,
			clientUserId: 4711,
			customIdentifiers: {
				pair: [
					{ name: 'loyalty', value: '9' },
					{ name: 'empty', value: '' },
				],
			},
		};
		expect(identifiersOf({ additionalFields: filled })).toEqual({
			clientUserId: '4711',
			customIdentifiers: [{ name: 'loyalty', value: '9' }],
		});
	});
});

describe('sign-ups that cannot be sent', () => {
	test.each([
		['no sign-up source', { phone: PHONE }, /'Sign-Up Source ID' is empty/, /Sign-up units/i],
		['locale without a language', { ...LOCALE, localeLanguage: '' }, /'Language' is empty/, /two letters/],
		[
			'language in words',
			{ ...LOCALE, localeLanguage: 'english' },
			/^'Language' is "english", but Attentive compares it letter by letter and expects two small letters, such as en \(ISO 639-1\)$/,
			/such a code/,
		],
		[
			'country in words',
			{ ...LOCALE, localeCountry: 'USA' },
			/^'Country' is "USA", but Attentive compares it letter by letter and expects two capital letters, such as US \(ISO 3166-1\)$/,
			/such a code/,
		],
		['abandoned checkouts', { ...LOCALE, subscriptionType: 'CHECKOUT_ABANDONED' }, /CHECKOUT_ABANDONED/, /'MARKETING', 'TRANSACTIONAL'/],
		['nobody', { ...SOURCE, phone: ' ', email: '' }, /both empty/, /at least one/],
		['an impossible address', { ...SOURCE, email: 'a@b, c@d' }, /'Email' holds "a@b, c@d": it must be one email address/, /expression/],
		['an identifier without name', { ...SOURCE, ...pairs({ name: '', value: '9' }) }, /no name/, /remove the pair/],
		['an identifier twice', { ...SOURCE, ...pairs({ name: 'x', value: '9' }, { name: 'x', value: '8' }) }, /"x" is there twice/, /merges/],
	] as [string, Values, RegExp, RegExp][])('%s', (_name, values, message, remedy) => {
		const problem = problemOf(() => enteredAttentiveSubscription(entered(values)));
		expect(problem.message).toMatch(message);
		expect(problem.remedy).toMatch(remedy);
	});
});

describe('what is said of a sign-up before Attentive has answered', () => {
	test.each([
		['a sign-up source', SOURCE, { channel: 'sms', campaign: undefined, signUpSource: '241654' }],
		[
			'locale and type',
			{ ...LOCALE, subscriptionType: 'TRANSACTIONAL' },
			{ channel: 'sms', campaign: 'TRANSACTIONAL TEXT', signUpSource: 'TRANSACTIONAL en-US' },
		],
		[
			'an address alone',
			{ ...LOCALE, phone: '', email: 'a@example.com' },
			{ channel: 'email', campaign: 'MARKETING EMAIL', signUpSource: 'MARKETING en-US' },
		],
	])('%s', (_name, values, target) => {
		expect(attentiveSubscriptionTarget(enteredAttentiveSubscription(entered(values)))).toMatchObject({
			provider: 'attentive',
			singleOptIn: false,
			...target,
		});
	});

	test('items that ask for the same have the same key', () => {
		const keyOf = (values: Values) => {
			const { asks = [] } = subscribeForm.prepare(entered(values));
			return JSON.stringify(asks.map(askKey));
		};
		expect(keyOf({ ...SOURCE, phone: '(914) 844-0001', defaultCountry: 'US' })).toBe(keyOf(SOURCE));
		expect(keyOf({ ...SOURCE, email: 'a@example.com' })).not.toBe(keyOf(SOURCE));
		expect(keyOf({ ...SOURCE, signUpSourceId: '1' })).not.toBe(keyOf(SOURCE));
	});
});

/** The one request of an item. */
async function requestOf(form: typeof queryForm, values: Values): Promise<CallRequest> {
	let sent: CallRequest | undefined;
	const send = async <Result,>(call: ProviderCall<Result>): Promise<Result> => {
		sent = call.request;
		return await Promise.reject<Result>(new Error('Nobody answers.'));
	};
	await form
		.prepare(entered(values))
		.run(send, new Set())
		.catch(() => undefined);
	if (sent === undefined) throw new Error('Nothing was sent.');
	return sent;
}

describe('what is to end', () => {
	const chosen = (...subscription: { channel?: string; type?: string }[]) => ({
		unsubscribeFrom: 'chosen',
		subscriptions: { subscription },
	});
	const MARKETING_TEXT = { channel: 'TEXT', type: 'MARKETING' };
	const MARKETING_EMAIL = { channel: 'EMAIL', type: 'MARKETING' };

	test('chosen subscriptions are sent once each, with the wish about the confirmation text', async () => {
		const { body } = await requestOf(unsubscribeForm, {
			phone: PHONE,
			...chosen(MARKETING_TEXT, MARKETING_TEXT, {}),
			additionalFields: { confirmationLanguage: 'fr-CA' },
		});
		expect(body).toEqual({
			json: { user: { phone: PHONE }, subscriptions: [MARKETING_TEXT], notification: { disabled: false, language: 'fr-CA' } },
		});
	});

	test.each([
		[
			'an empty list would end everything',
			{ phone: PHONE, ...chosen() },
			/^'Subscriptions' is empty$/,
			/^Add at least one subscription, or choose to end everything/,
		],
		[
			'a text subscription without number',
			{ email: 'a@example.com', ...chosen(MARKETING_TEXT) },
			/^An SMS subscription is to end, but 'Phone Number' is empty$/,
			/^Fill 'Phone Number', or remove the TEXT subscription/,
		],
		[
			'an email subscription without address',
			{ phone: PHONE, ...chosen(MARKETING_EMAIL) },
			/^An email subscription is to end, but 'Email' is empty$/,
			/^Fill 'Email', or remove the EMAIL subscription/,
		],
		['an unknown type', { phone: PHONE, ...chosen({ type: 'marketing' }) }, /'Type' cannot be "marketing"/, /'CHECKOUT_ABANDONED'/],
		[
			'an unknown language',
			{ phone: PHONE, additionalFields: { confirmationLanguage: 'en-us' } },
			/'Language of the Confirmation Text' cannot be "en-us"/,
			/'en-US', 'fr-CA'/,
		],
		['nobody', { phone: '', email: ' ' }, /^'Phone Number' and 'Email' are both empty$/, /at least one/],
	] as [string, Values, RegExp, RegExp][])('%s', (_name, values, message, remedy) => {
		const problem = problemOf(() => unsubscribeForm.prepare(entered(values)));
		expect(problem.message).toMatch(message);
		expect(problem.remedy).toMatch(remedy);
	});
});

describe('whom to look up', () => {
	test('by phone or by email, never by both', async () => {
		expect((await requestOf(queryForm, { phone: PHONE, email: 'a@example.com' })).query).toEqual({ phone: PHONE });
		expect((await requestOf(queryForm, { lookUpBy: 'email', phone: PHONE, email: 'a@example.com' })).query).toEqual({
			email: 'a@example.com',
		});
	});

	test.each([
		['no number', { phone: '' }, /^'Phone Number' is empty$/],
		['a number that is too short for Attentive', { phone: '+491111' }, /^'Phone Number' holds "\+491111", which is too short/],
		['no address', { lookUpBy: 'email', email: '' }, /^'Email' is empty$/],
		[
			'an impossible address',
			{ lookUpBy: 'email', email: 'a@b, c@d' },
			/^'Email' holds "a@b, c@d": it must be one email address, such as name@example.com$/,
		],
	] as [string, Values, RegExp][])('%s', (_name, values, message) => {
		expect(problemOf(() => queryForm.prepare(entered(values))).message).toMatch(message);
	});
});

describe('an ID that stands for a missing value is refused: Attentive merges people who share one', () => {
	const missing = ['null', 'NULL', 'undefined', ' undefined ', '[object Object]', 'NaN', 'none', 'N/A', '#N/A'];
	const fields = ['clientUserId', 'klaviyoId', 'shopifyId'] as const;

	test.each(missing)('%j', (value) => {
		for (const name of fields) {
			const problem = problemOf(() => enteredAttentiveSubscription(entered({ ...SOURCE, additionalFields: { [name]: value } })));
			expect(problem.message).toContain('which stands for a missing value');
			expect(problem.remedy).toContain('expression');
		}
		const problem = problemOf(() => enteredAttentiveSubscription(entered({ ...SOURCE, ...pairs({ name: 'loyaltyId', value }) })));
		expect(problem.message).toMatch(/^'Custom Identifiers > loyaltyId' is /);
	});

	test.each(['nullable-7', 'undefined1', '0', 'Nan-12', 'no'])('%j is an ID', (value) => {
		const { externalIdentifiers } = enteredAttentiveSubscription(
			entered({ ...SOURCE, additionalFields: Object.fromEntries(fields.map((name) => [name, value])) }),
		);
		expect(externalIdentifiers).toEqual({ clientUserId: value, klaviyoId: value, shopifyId: value });
	});
});
