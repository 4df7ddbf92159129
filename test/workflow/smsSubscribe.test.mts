import type { INodeParameters } from 'n8n-workflow';
import nock from 'nock';

import { SmsSubscribe } from '../../nodes/SmsSubscribe/SmsSubscribe.node.ts';
import { ATTENTIVE, ATTENTIVE_OAUTH2, failures, formOf, provider, results, rowOf, run, SKYCORE, VOYAGE } from './nodeRun.mts';

const node = new SmsSubscribe();
/** n8n itself refuses a required field that is simply empty. */
const EMPTY = '={{ "" }}';
// A `persist`ed scope is no promise to be called.
afterEach(() => nock.cleanAll());

describe('Skycore', () => {
	const ORIGIN = 'https://secure.skycore.com';
	const success = {
		body: '<RESPONSE><STATUS>Success</STATUS><CAMPAIGNREF>1116</CAMPAIGNREF><SUBSCRIBERREF>ACCT-123232</SUBSCRIBERREF><MOBILE>16502426055</MOBILE></RESPONSE>',
	};
	const parameters = { provider: 'skycore', campaignReference: '1116', phone: '={{ $json.phone }}', defaultCountry: 'US' };
	const everything = {
		...parameters,
		additionalFields: {
			subscriberReference: 'ACCT-123232',
			profileData: {
				pair: [
					{ name: 'FIRST_NAME', value: 'John' },
					{ name: 'LAST_NAME', value: 'Smith' },
					{ name: 'AGE', value: '29' },
					{ name: 'PET', value: 'Dog' },
				],
			},
		},
	};
	const items = [{ phone: '(650) 242-6055' }];

	test('sends the documented XML in the form field', async () => {
		const seen = provider(ORIGIN, success);
		const done = await run({ node, parameters: everything, credentials: SKYCORE, items });
		expect(failures(done)).toEqual([]);
		expect(results(done)).toEqual([
			expect.objectContaining({ provider: 'skycore', action: 'subscribe', outcome: 'subscribed', phone: '+16502426055', campaign: '1116' }),
		]);
		expect(seen).toHaveLength(1);
		expect(seen[0]).toMatchObject({ method: 'POST', path: '/API/wxml/1.3/index.php' });
		expect(formOf(seen[0]?.body ?? '')['xml']?.replace(/^<\?xml[^>]*\?>\s*/, '')).toBe(
			'<REQUEST><ACTION>subscribe</ACTION><API_KEY>qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ</API_KEY><CAMPAIGNREF>1116</CAMPAIGNREF><SUBSCRIBERREF>ACCT-123232</SUBSCRIBERREF><MOBILE>16502426055</MOBILE><DATA><FIRST_NAME>John</FIRST_NAME><LAST_NAME>Smith</LAST_NAME><AGE>29</AGE><PET>Dog</PET></DATA></REQUEST>',
		);
	});

	test('sends the documented GET', async () => {
		const seen = provider(ORIGIN, success);
		const additionalFields = { ...everything.additionalFields, sendAs: 'get' };
		await run({ node, parameters: { ...everything, additionalFields }, credentials: SKYCORE, items });
		const address = new URL(seen[0]?.path ?? '', ORIGIN);
		expect(seen[0]?.method).toBe('GET');
		expect(Object.fromEntries(address.searchParams)).toEqual({
			action: 'subscribe',
			api_key: 'qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ',
			campaignref: '1116',
			subscriberref: 'ACCT-123232',
			mobile: '16502426055',
			data_first_name: 'John',
			data_last_name: 'Smith',
			data_age: '29',
			data_pet: 'Dog',
		});
	});

	test('takes every field from expressions, numbers included', async () => {
		const seen = provider(ORIGIN, { body: success.body.replaceAll('1116', '1478') });
		const done = await run({
			node,
			credentials: SKYCORE,
			parameters: {
				provider: 'skycore',
				campaignReference: '={{ $json.campaign }}',
				phone: '={{ $json.phone }}',
				defaultCountry: '={{ $json.country }}',
				additionalFields: {
					carrierId: '={{ $json.carrier }}',
					timeZone: { __rl: true, mode: 'list', value: '={{ $json.zone }}' },
					profileDataJson: '={{ $json.profile }}',
					notify: '={{ $json.no }}',
					doubleOptIn: '={{ $json.yes }}',
				},
			},
			items: [
				{
					campaign: 1478,
					phone: 6502426055,
					country: 'us',
					carrier: 1470,
					zone: 'est',
					profile: { 'First Name': 'Ada' },
					no: 'no',
					yes: 'yes',
				},
			],
		});
		expect(failures(done)).toEqual([]);
		expect(formOf(seen[0]?.body ?? '')['xml']).toContain(
			'<CAMPAIGNREF>1478</CAMPAIGNREF><MOBILE>16502426055</MOBILE><SPID>0001470</SPID><TIMEZONE>EST</TIMEZONE><NOTIFY>no</NOTIFY><CTA>yes</CTA><DATA><FIRST_NAME>Ada</FIRST_NAME></DATA>',
		);
		expect(results(done)[0]?.['outcome']).toBe('pending_confirmation');
	});

	test('a failure inside HTTP 200 goes to the error output with its code; the other items go on', async () => {
		provider(
			ORIGIN,
			{
				body: '<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E904</ERRORCODE><ERRORINFO> Could not subscribe this number </ERRORINFO></RESPONSE>',
			},
			{ body: '<RESPONSE><STATUS>Success</STATUS><MOBILE>17743199144</MOBILE></RESPONSE>' },
		);
		const done = await run({
			node,
			parameters,
			credentials: SKYCORE,
			items: [{ phone: '+16502426055' }, { phone: 'call me' }, { phone: '+17743199144' }],
		});
		expect(results(done).map(({ phone }) => phone)).toEqual(['+17743199144']);
		expect(failures(done)).toEqual([
			expect.objectContaining({ item: 0, code: 'E904', providerText: 'Could not subscribe this number' }),
			expect.objectContaining({ item: 1, kind: 'number', sent: 'not sent' }),
		]);
	});

	test('the same number in the same campaign is sent once, unless the option says otherwise', async () => {
		const seen = provider(ORIGIN, success);
		const twice = [{ phone: '650-242-6055' }, { phone: '+1 650 242 6055' }];
		const once = await run({ node, parameters, credentials: SKYCORE, items: twice });
		expect(results(once).map(({ phone }) => phone)).toEqual(['+16502426055', '+16502426055']);
		expect(seen).toHaveLength(1);
		await run({ node, parameters: { ...parameters, options: { sendDuplicatesOnce: false } }, credentials: SKYCORE, items: twice });
		expect(seen).toHaveLength(3);
	});

	test('the raw answer stands in the result on demand only', async () => {
		provider(ORIGIN, success);
		const without = await run({ node, parameters, credentials: SKYCORE, items });
		const raw = await run({ node, parameters: { ...parameters, options: { includeRawAnswer: true } }, credentials: SKYCORE, items });
		expect(results(without)[0]?.['raw']).toBeNull();
		expect(JSON.parse(String(results(raw)[0]?.['raw']))).toMatchObject({ STATUS: 'Success', CAMPAIGNREF: '1116' });
	});

	test.each<[INodeParameters, string, string?]>([
		[{ campaignReference: EMPTY }, "'Campaign Reference' is empty"],
		[{ phone: EMPTY }, "'Phone Number' is empty", 'number'],
		[{ additionalFields: { timeZone: { __rl: true, mode: 'abbreviation', value: 'America/New_York' } } }, "'Time Zone'"],
		[{ additionalFields: { sendAs: '={{ "fax" }}' } }, `'Send As' cannot be "fax"`],
		[{ additionalFields: { profileDataJson: '{' } }, `'Profile Data (JSON)' is "{", which is not a JSON object`],
		[{ options: { timeout: '={{ "soon" }}' } }, `'Timeout' should be a number (from 1 to 3600), but is "soon"`],
	])('%j is refused before anything is sent', async (wrong, message, kind = 'input') => {
		const seen = provider(ORIGIN, success);
		const done = await run({ node, parameters: { ...parameters, ...wrong }, credentials: SKYCORE, items });
		expect(results(done)).toEqual([]);
		expect(failures(done)).toEqual([expect.objectContaining({ kind, sent: 'not sent', message: expect.stringContaining(message) })]);
		expect(seen).toEqual([]);
	});
});

describe('Voyage', () => {
	const ORIGIN = 'https://vyg.mobi';
	const parameters = { provider: 'voyage', campaignId: '1234', phone: '={{ $json.phone }}' };
	const items = [{ phone: '(513) 555-5555' }];

	test.each([
		[200, 'already_subscribed'],
		[201, 'subscribed'],
		[202, 'pending_confirmation'],
	])('HTTP %i means %s', async (status, outcome) => {
		const seen = provider(ORIGIN, { status, body: { subscriberId: 99999, state: 'Subscribed' } });
		const additionalFields = { attributes: { pair: [{ name: 'email', value: 'my@domain.com' }] } };
		const done = await run({ node, parameters: { ...parameters, additionalFields }, items });
		expect(failures(done)).toEqual([]);
		expect(results(done)[0]).toMatchObject({ outcome, phone: '+15135555555', campaign: '1234', requestId: '99999' });
		expect(seen[0]).toMatchObject({
			method: 'POST',
			path: '/api/v2/subscriber',
			headers: { accept: 'application/json', 'content-type': 'application/json' },
		});
		expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
			phoneNumber: '+15135555555',
			campaignId: 1234,
			attributes: { email: 'my@domain.com' },
		});
		expect(seen[0]?.headers).not.toHaveProperty('x-api-key');
	});

	test('carries a key only when asked to', async () => {
		const seen = provider(ORIGIN, { status: 201, body: { subscriberId: 1, state: 'Subscribed' } });
		const done = await run({ node, parameters: { ...parameters, voyageAuthentication: 'apiKey' }, credentials: VOYAGE, items });
		expect(failures(done)).toEqual([]);
		expect(seen[0]?.headers['x-api-key']).toBe('voyage-key-of-the-test');
	});

	test('attributes from JSON keep their types', async () => {
		const seen = provider(ORIGIN, { status: 201, body: {} });
		await run({ node, parameters: { ...parameters, additionalFields: { attributesJson: '{ "vip": true, "visits": 3 }' } }, items });
		expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ attributes: { vip: true, visits: 3 } });
	});

	test.each([
		[{ campaignId: EMPTY }, "'Campaign ID' is empty"],
		[{ campaignId: 'list-building' }, `'Campaign ID' should be a whole number (1 or more), but is "list-building"`],
		[{ phone: '+442071838750' }, 'United States numbers only'],
	])('%j is refused before anything is sent', async (wrong, message) => {
		const seen = provider(ORIGIN, { status: 201, body: {} });
		const done = await run({ node, parameters: { ...parameters, ...wrong }, items });
		expect(failures(done)).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
		expect(seen).toEqual([]);
	});
});

describe('Attentive', () => {
	const ORIGIN = 'https://api.attentivemobile.com';
	const parameters = { provider: 'attentive', signUpSourceId: '241654', phone: '={{ $json.phone }}', email: '={{ $json.email }}' };
	const items = [{ phone: '+19148440001' }];
	const nobody = { status: 404, body: { message: 'Subscriptions not found' } };
	const holds = (isEligible: boolean) => ({
		body: { subscriptionEligibilities: [{ subscription: { type: 'MARKETING', channel: 'TEXT' }, eligibility: { isEligible } }] },
	});
	const created = {
		status: 202,
		body: {
			subscriptionResponses: [{ subscription: { type: 'MARKETING', channel: 'TEXT' }, subscriptionCreationStatus: 'NEWLY_CREATED' }],
		},
	};

	test('looks up, then subscribes with the sign-up source alone', async () => {
		const seen = provider(ORIGIN, nobody, created);
		const done = await run({ node, parameters, credentials: ATTENTIVE, items });
		expect(failures(done)).toEqual([]);
		expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'GET /v1/subscriptions?phone=%2B19148440001',
			'POST /v1/subscriptions',
		]);
		expect(seen[1]?.headers['authorization']).toBe('Bearer attentive-key-of-the-test');
		expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ user: { phone: '+19148440001' }, signUpSourceId: '241654' });
		expect(results(done)[0]).toMatchObject({
			outcome: 'pending_confirmation',
			campaign: 'MARKETING TEXT',
			signUpSource: '241654',
			singleOptIn: false,
			channel: 'sms',
			sent: 'sent',
			providerState: 'NEWLY_CREATED',
		});
	});

	test('texts nobody who is subscribed already', async () => {
		const seen = provider(ORIGIN, holds(true));
		const done = await run({ node, parameters, credentials: ATTENTIVE, items });
		expect(seen.map(({ method }) => method)).toEqual(['GET']);
		expect(results(done)[0]).toMatchObject({
			outcome: 'already_subscribed',
			phone: '+19148440001',
			campaign: 'MARKETING TEXT',
			signUpSource: '241654',
			sent: 'not sent',
			note: null,
		});
	});

	test('brings back nobody who opted out', async () => {
		const seen = provider(ORIGIN, holds(false));
		const done = await run({ node, parameters, credentials: ATTENTIVE, items });
		expect(seen.map(({ method }) => method)).toEqual(['GET']);
		expect(failures(done)).toEqual([
			expect.objectContaining({
				kind: 'not-eligible',
				message: expect.stringContaining('opted out'),
				remedy: expect.stringMatching(/SMS Resubscribe.*If they signed up lately: wait/),
			}),
		]);
		expect(rowOf(failures(done)[0])).toMatchObject({
			outcome: 'not_eligible',
			sent: 'not sent',
			phone: '+19148440001',
			campaign: 'MARKETING TEXT',
			signUpSource: '241654',
		});
	});

	test('names the missing scope of the look-up, and sends nothing', async () => {
		const seen = provider(ORIGIN, { status: 403, body: { message: 'Access Denied' } });
		const done = await run({ node, parameters, credentials: ATTENTIVE, items });
		expect(failures(done)[0]?.['message']).toContain("'subscriptions:read'");
		expect(seen.map(({ method }) => method)).toEqual(['GET']);
	});

	test('without the look-up it subscribes at once', async () => {
		const seen = provider(ORIGIN, created);
		await run({ node, parameters: { ...parameters, additionalFields: { skipSubscribed: false } }, credentials: ATTENTIVE, items });
		expect(seen.map(({ method }) => method)).toEqual(['POST']);
	});

	test('by locale and type, with everything else there is; a leftover source ID does not travel along', async () => {
		const seen = provider(ORIGIN, JSON.parse(JSON.stringify(created).replaceAll('MARKETING', 'TRANSACTIONAL')) as typeof created);
		const done = await run({
			node,
			credentials: ATTENTIVE_OAUTH2,
			parameters: {
				...parameters,
				attentiveAuthentication: 'oAuth2',
				signUpUnit: 'localeAndType',
				localeLanguage: '={{ "EN" }}',
				localeCountry: 'us',
				subscriptionType: '={{ "TRANSACTIONAL" }}',
				additionalFields: {
					skipSubscribed: false,
					singleOptIn: true,
					clientUserId: 4711,
					shopifyId: '',
					customIdentifiers: { pair: [{ name: 'loyaltyId', value: '48213' }] },
				},
			},
			items: [{ phone: '+19148440001', email: 'a@example.com' }],
		});
		expect(failures(done)).toEqual([]);
		expect(seen[0]?.headers['authorization']).toBe('Bearer token-of-the-test');
		expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
			user: { phone: '+19148440001', email: 'a@example.com' },
			locale: { language: 'en', country: 'US' },
			subscriptionType: 'TRANSACTIONAL',
			externalIdentifiers: { clientUserId: '4711', customIdentifiers: [{ name: 'loyaltyId', value: '48213' }] },
			singleOptIn: true,
		});
		expect(results(done)[0]).toMatchObject({
			campaign: 'TRANSACTIONAL TEXT',
			signUpSource: 'TRANSACTIONAL en-US',
			singleOptIn: true,
			email: 'a@example.com',
			outcome: 'subscribed',
		});
	});

	test.each([
		[{ signUpSourceId: EMPTY }, "'Sign-Up Source ID' is empty"],
		[{ phone: EMPTY }, "'Phone Number' and 'Email' are both empty"],
		[
			{ signUpUnit: 'localeAndType', subscriptionType: '={{ "CHECKOUT_ABANDONED" }}' },
			`'Subscription Type' cannot be "CHECKOUT_ABANDONED"`,
		],
		[{ attentiveAuthentication: 'password' }, `'Authentication' cannot be "password"`],
	])('%j is refused before anything is sent', async (wrong, message) => {
		const seen = provider(ORIGIN, created);
		const done = await run({ node, parameters: { ...parameters, ...wrong }, credentials: ATTENTIVE, items });
		expect(failures(done)).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
		expect(seen).toEqual([]);
	});
});

describe('a provider that cannot subscribe', () => {
	test('says what to do instead, for every item', async () => {
		const done = await run({ node, parameters: { provider: 'vonage' }, items: [{}, {}] });
		expect(results(done)).toEqual([]);
		expect(failures(done)).toEqual(
			[0, 1].map((item) =>
				expect.objectContaining({
					item,
					kind: 'input',
					message: "Vonage can't do this, so nothing was sent",
					remedy: expect.stringContaining('SMS Resubscribe'),
				}),
			),
		);
	});

	test('stops the workflow when the node is set to stop', async () => {
		const { error } = await run({ node, parameters: { provider: 'vonage' }, onError: 'stopWorkflow' });
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toBe("Vonage can't do this, so nothing was sent");
	});
});
