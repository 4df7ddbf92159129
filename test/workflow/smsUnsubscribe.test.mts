import nock from 'nock';

import { SmsUnsubscribe } from '../../nodes/SmsUnsubscribe/SmsUnsubscribe.node.ts';
import { ATTENTIVE, failures, formOf, provider, results, run, SKYCORE } from './nodeRun.mts';

const node = new SmsUnsubscribe();
afterEach(() => nock.cleanAll());

describe('Skycore', () => {
	const ORIGIN = 'https://secure.skycore.com';
	const success = { body: '<RESPONSE><STATUS>Success</STATUS><CAMPAIGNREF>1116</CAMPAIGNREF><MOBILE>16502426055</MOBILE></RESPONSE>' };
	const parameters = { provider: 'skycore', campaignReference: '1116', phone: '+16502426055' };

	test.each([
		['', ''],
		['no', '<NOTIFY>no</NOTIFY>'],
		['={{ "yes" }}', '<NOTIFY>yes</NOTIFY>'],
	])('sends the documented XML with the confirmation %p', async (notify, element) => {
		const seen = provider(ORIGIN, success);
		const done = await run({ node, parameters: { ...parameters, additionalFields: { notify } }, credentials: SKYCORE });
		expect(failures(done)).toEqual([]);
		expect(formOf(seen[0]?.body ?? '')['xml']?.replace(/^<\?xml[^>]*\?>\s*/, '')).toBe(
			`<REQUEST><ACTION>unsubscribe</ACTION><API_KEY>qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ</API_KEY><CAMPAIGNREF>1116</CAMPAIGNREF><MOBILE>16502426055</MOBILE>${element}</REQUEST>`,
		);
		expect(results(done)).toEqual([
			expect.objectContaining({ action: 'unsubscribe', outcome: 'unsubscribed', phone: '+16502426055', campaign: '1116' }),
		]);
	});

	test('by GET', async () => {
		const seen = provider(ORIGIN, success);
		await run({ node, parameters: { ...parameters, additionalFields: { sendAs: 'get' } }, credentials: SKYCORE });
		expect(Object.fromEntries(new URL(seen[0]?.path ?? '', ORIGIN).searchParams)).toEqual({
			action: 'unsubscribe',
			api_key: 'qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ',
			campaignref: '1116',
			mobile: '16502426055',
		});
	});
});

describe('Attentive', () => {
	const ORIGIN = 'https://api.attentivemobile.com';
	const done202 = {
		status: 202,
		body: {
			subscriptionResponses: [
				{ subscription: { type: 'MARKETING', channel: 'TEXT' }, subscriptionUnsubscribeStatus: 'NEWLY_UNSUBSCRIBED' },
			],
		},
	};
	const parameters = { provider: 'attentive', phone: '={{ $json.phone }}', email: '={{ $json.email }}' };
	const items = [{ phone: '+19148440001', email: 'a@example.com' }];

	test('everything that the number and the address reach, when that is chosen', async () => {
		const seen = provider(ORIGIN, done202);
		const done = await run({ node, parameters, credentials: ATTENTIVE, items });
		expect(failures(done)).toEqual([]);
		expect(seen[0]).toMatchObject({ method: 'POST', path: '/v1/subscriptions/unsubscribe' });
		expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ user: { phone: '+19148440001', email: 'a@example.com' } });
		expect(results(done)[0]).toMatchObject({ outcome: 'unsubscribed', providerState: 'NEWLY_UNSUBSCRIBED', email: 'a@example.com' });
	});

	test('chosen subscriptions, without a confirmation text', async () => {
		const seen = provider(ORIGIN, done202);
		const subscription = [
			{ channel: 'TEXT', type: 'MARKETING' },
			{ channel: '={{ "EMAIL" }}', type: 'CHECKOUT_ABANDONED' },
		];
		await run({
			node,
			parameters: {
				...parameters,
				unsubscribeFrom: 'chosen',
				subscriptions: { subscription },
				additionalFields: { confirmationText: false },
			},
			credentials: ATTENTIVE,
			items,
		});
		expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
			user: { phone: '+19148440001', email: 'a@example.com' },
			subscriptions: [
				{ type: 'MARKETING', channel: 'TEXT' },
				{ type: 'CHECKOUT_ABANDONED', channel: 'EMAIL' },
			],
			notification: { disabled: true },
		});
	});

	test('the confirmation text in French', async () => {
		const seen = provider(ORIGIN, done202);
		await run({ node, parameters: { ...parameters, additionalFields: { confirmationLanguage: 'fr-CA' } }, credentials: ATTENTIVE, items });
		expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ notification: { disabled: false, language: 'fr-CA' } });
	});

	test('an empty list of chosen subscriptions is never sent: it would mean everything', async () => {
		const seen = provider(ORIGIN, done202);
		const done = await run({ node, parameters: { ...parameters, unsubscribeFrom: 'chosen' }, credentials: ATTENTIVE, items });
		expect(failures(done)).toEqual([expect.objectContaining({ message: "'Subscriptions' is empty" })]);
		expect(seen).toEqual([]);
	});
});

test.each([
	['voyage', 'STOP'],
	['vonage', 'STOP'],
])('%s: says what to do instead', async (name, word) => {
	const done = await run({ node, parameters: { provider: name } });
	expect(failures(done)).toEqual([expect.objectContaining({ kind: 'input', remedy: expect.stringContaining(word) })]);
});
