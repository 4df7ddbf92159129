import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import nock from 'nock';

import { type ConsentOutcome, OUTCOMES, RESULT_COLUMNS } from '../../consent/result.ts';
import { SmsQueryOptOuts } from '../../nodes/SmsQueryOptOuts/SmsQueryOptOuts.node.ts';
import { SmsResubscribe } from '../../nodes/SmsResubscribe/SmsResubscribe.node.ts';
import { SmsSubscribe } from '../../nodes/SmsSubscribe/SmsSubscribe.node.ts';
import { SmsUnsubscribe } from '../../nodes/SmsUnsubscribe/SmsUnsubscribe.node.ts';
import { expectFlat } from '../unit/consent/rows.mts';
import type { TestCredential } from './harness.mts';
import { ATTENTIVE, failures, provider, results, rowOf, run, SKYCORE, VONAGE, VOYAGE } from './nodeRun.mts';

afterEach(() => nock.cleanAll());

type Answer = Parameters<typeof provider>[1];

const COLUMNS = Object.keys(RESULT_COLUMNS);
const PHONE = '+16502426055';
const HOSTS = {
	skycore: 'https://secure.skycore.com',
	voyage: 'https://vyg.mobi',
	attentive: 'https://api.attentivemobile.com',
	vonage: 'https://rest.nexmo.com',
};
const CREDENTIALS: Record<keyof typeof HOSTS, Record<string, TestCredential>> = {
	skycore: SKYCORE,
	voyage: VOYAGE,
	attentive: ATTENTIVE,
	vonage: VONAGE,
};
const EVIDENCE = {
	evidenceSource: 'Web form',
	evidenceTime: '2026-05-01T08:00:00Z',
	evidenceText: 'Yes, "text" me; weekly',
	evidencePage: 'https://example.com/a,b',
};
const consentEvidence = { evidence: EVIDENCE };

const skycoreSays = (status: string, more = ''): Answer => ({ body: `<RESPONSE><STATUS>${status}</STATUS>${more}</RESPONSE>` });
const SUCCESS = skycoreSays('Success', '<MOBILE>16502426055</MOBILE>');
const REFUSED = skycoreSays('Failure', '<ERRORCODE>E904</ERRORCODE><ERRORINFO>Could not subscribe this number</ERRORINFO>');
const holds = (...rows: Array<[channel: string, isEligible: boolean]>): Answer => ({
	body: {
		subscriptionEligibilities: rows.map(([channel, isEligible]) => ({
			subscription: { type: 'MARKETING', channel },
			eligibility: { isEligible },
		})),
	},
});
const created = (subscriptionCreationStatus: string, channel = 'TEXT'): Answer => ({
	status: 202,
	body: { subscriptionResponses: [{ subscription: { type: 'MARKETING', channel }, subscriptionCreationStatus }] },
});
const ended = (...statuses: string[]): Answer => ({
	status: 202,
	body: {
		subscriptionResponses: statuses.map((subscriptionUnsubscribeStatus) => ({
			subscription: { type: 'MARKETING', channel: 'TEXT' },
			subscriptionUnsubscribeStatus,
		})),
	},
});
const listed = (more: object): Answer => ({ body: { 'opt-in-count': '1', 'opt-in-list': [{ msisdn: '16502426055', ...more }] } });
const LOST: Answer = { status: 500, body: 'oops' };

const SKYCORE_FORM = { campaignReference: 'spring-sale', phone: '={{ $json.phone }}', defaultCountry: 'US' };
const VOYAGE_FORM = { voyageAuthentication: 'apiKey', campaignId: '1234', phone: '={{ $json.phone }}' };
const ATTENTIVE_FORM = { signUpSourceId: '241654', phone: '={{ $json.phone }}', defaultCountry: 'US' };
const PERSON = { phone: '={{ $json.phone }}', defaultCountry: 'US' };
const BACK = { freshConsent: true, additionalFields: { consentEvidence } };

interface Kind {
	what: string;
	node: INodeType;
	at: keyof typeof HOSTS;
	parameters: INodeParameters;
	answers: Answer[];
	row: Record<string, unknown>;
	phone?: string;
}

const kind = (
	what: string,
	node: INodeType,
	at: Kind['at'],
	parameters: INodeParameters,
	answers: Answer[],
	row: Kind['row'],
	phone?: string,
): Kind => ({ what, node, at, parameters, answers, row, phone });

const subscribe = new SmsSubscribe();
const unsubscribe = new SmsUnsubscribe();
const resubscribe = new SmsResubscribe();
const query = new SmsQueryOptOuts();

const KINDS: Kind[] = [
	kind('subscribed', subscribe, 'skycore', { ...SKYCORE_FORM, additionalFields: { consentEvidence } }, [SUCCESS], {
		outcome: 'subscribed',
		campaign: 'spring-sale',
		sent: 'sent',
		note: null,
		...EVIDENCE,
	}),
	kind('asked by the older parameter', subscribe, 'skycore', { ...SKYCORE_FORM, additionalFields: { doubleOptIn: 'yes' } }, [SUCCESS], {
		outcome: 'pending_confirmation',
		note: null,
	}),
	kind('an answer for another number', subscribe, 'skycore', SKYCORE_FORM, [skycoreSays('Success', '<MOBILE>16500000000</MOBILE>')], {
		phone: PHONE,
		outcome: null,
		kind: 'unreadable',
		sent: 'unknown',
		note: expect.stringMatching(/a different number/) as string,
	}),
	kind('refused, not eligible', subscribe, 'skycore', { ...SKYCORE_FORM, additionalFields: { consentEvidence } }, [REFUSED], {
		outcome: 'not_eligible',
		kind: 'not-eligible',
		code: 'E904',
		sent: 'not sent',
		...EVIDENCE,
	}),
	kind('no clear answer', subscribe, 'skycore', { ...SKYCORE_FORM, additionalFields: { consentEvidence } }, [LOST], {
		outcome: null,
		sent: 'unknown',
		campaign: 'spring-sale',
		...EVIDENCE,
	}),
	kind(
		'a number that is none',
		subscribe,
		'skycore',
		{ ...SKYCORE_FORM, additionalFields: { consentEvidence } },
		[],
		{ outcome: null, sent: 'not sent', kind: 'number', phone: null, phoneRaw: '555-01', ...EVIDENCE },
		'555-01',
	),
	kind(
		'new',
		subscribe,
		'voyage',
		{ ...VOYAGE_FORM, additionalFields: { consentEvidence } },
		[{ status: 201, body: { subscriberId: 99999 } }],
		{
			outcome: 'subscribed',
			campaign: '1234',
			requestId: '99999',
			...EVIDENCE,
		},
	),
	kind('known', subscribe, 'voyage', VOYAGE_FORM, [{ status: 200, body: { state: 'Subscribed' } }], {
		outcome: 'already_subscribed',
		requestId: null,
	}),
	kind('asked', subscribe, 'voyage', VOYAGE_FORM, [{ status: 202, body: { state: 'Subscribed' } }], {
		outcome: 'pending_confirmation',
		note: null,
	}),
	kind(
		'of another country',
		subscribe,
		'voyage',
		VOYAGE_FORM,
		[],
		{ kind: 'number', phone: '+442079460958', phoneRaw: null },
		'+44 20 7946 0958',
	),
	kind(
		'asked after a look-up',
		subscribe,
		'attentive',
		{ ...ATTENTIVE_FORM, additionalFields: { consentEvidence } },
		[holds(), created('NEWLY_CREATED')],
		{
			outcome: 'pending_confirmation',
			campaign: 'MARKETING TEXT',
			signUpSource: '241654',
			singleOptIn: false,
			note: null,
			...EVIDENCE,
		},
	),
	kind(
		'with single opt-in',
		subscribe,
		'attentive',
		{ ...ATTENTIVE_FORM, additionalFields: { singleOptIn: true, skipSubscribed: false } },
		[created('NEWLY_CREATED')],
		{ outcome: 'subscribed', singleOptIn: true },
	),
	kind('looked up: subscribed', subscribe, 'attentive', ATTENTIVE_FORM, [holds(['TEXT', true])], {
		outcome: 'already_subscribed',
		sent: 'not sent',
		campaign: 'MARKETING TEXT',
		signUpSource: '241654',
	}),
	kind('looked up: not eligible', subscribe, 'attentive', ATTENTIVE_FORM, [holds(['TEXT', false])], {
		outcome: 'not_eligible',
		kind: 'not-eligible',
		sent: 'not sent',
		campaign: 'MARKETING TEXT',
	}),
	kind(
		'answered: known',
		subscribe,
		'attentive',
		{ ...ATTENTIVE_FORM, additionalFields: { skipSubscribed: false } },
		[created('PREVIOUSLY_CREATED')],
		{
			outcome: 'already_subscribed',
			sent: 'sent',
			note: null,
		},
	),
	kind(
		'only email came of it',
		subscribe,
		'attentive',
		{ ...ATTENTIVE_FORM, additionalFields: { skipSubscribed: false }, email: 'a@example.com' },
		[created('NEWLY_CREATED', 'EMAIL')],
		{ outcome: 'not_subscribed', note: expect.stringMatching(/no text subscription/) as string, email: 'a@example.com' },
	),
	kind('no clear answer', subscribe, 'attentive', { ...ATTENTIVE_FORM, additionalFields: { skipSubscribed: false } }, [LOST], {
		sent: 'unknown',
		signUpSource: '241654',
		singleOptIn: false,
		campaign: null,
	}),
	kind('off', unsubscribe, 'skycore', SKYCORE_FORM, [SUCCESS], { outcome: 'unsubscribed', campaign: 'spring-sale', singleOptIn: null }),
	kind('not off', unsubscribe, 'skycore', SKYCORE_FORM, [skycoreSays('Failure', '<ERRORCODE>E905</ERRORCODE>')], {
		action: 'unsubscribe',
		outcome: null,
		code: 'E905',
		phone: PHONE,
	}),
	kind(
		'a number that is none',
		unsubscribe,
		'skycore',
		SKYCORE_FORM,
		[],
		{ action: 'unsubscribe', phone: null, phoneRaw: 'ask at reception', channel: 'sms', sent: 'not sent' },
		'ask at reception',
	),
	kind('off everything', unsubscribe, 'attentive', PERSON, [ended('NEWLY_UNSUBSCRIBED')], {
		outcome: 'unsubscribed',
		campaign: null,
		channel: 'sms',
	}),
	kind('off both ways', unsubscribe, 'attentive', { ...PERSON, email: 'a@example.com' }, [ended('NEWLY_UNSUBSCRIBED')], {
		outcome: 'unsubscribed',
		channel: 'sms, email',
		email: 'a@example.com',
	}),
	kind('off before', unsubscribe, 'attentive', PERSON, [ended('PREVIOUSLY_UNSUBSCRIBED')], { outcome: 'already_unsubscribed' }),
	kind('never known', unsubscribe, 'attentive', PERSON, [ended()], { outcome: 'not_subscribed', note: null }),
	kind('back', resubscribe, 'skycore', { ...SKYCORE_FORM, ...BACK }, [SUCCESS], {
		action: 'resubscribe',
		outcome: 'resubscribed',
		...EVIDENCE,
	}),
	kind(
		'back',
		resubscribe,
		'vonage',
		{ ...PERSON, ...BACK },
		[{ body: { msisdn: '16502426055', 'opt-in': 'true', 'opt-in-date': '2014-08-21 17:34:47', 'opt-out': 'false' } }],
		{
			outcome: 'resubscribed',
			occurredAt: '2014-08-21T17:34:47Z',
			occurredAtSource: 'provider',
			optedInAt: '2014-08-21T17:34:47Z',
			...EVIDENCE,
		},
	),
	kind(
		'still out',
		resubscribe,
		'vonage',
		{ ...PERSON, ...BACK },
		[{ body: { msisdn: '16502426055', 'opt-in': 'false', 'opt-out': 'true' } }],
		{ outcome: 'opted_out', kind: 'opted-out', ...EVIDENCE },
	),
	kind('asked again', resubscribe, 'attentive', { ...ATTENTIVE_FORM, ...BACK }, [created('NEWLY_CREATED')], {
		outcome: 'pending_confirmation',
		campaign: 'MARKETING TEXT',
		...EVIDENCE,
	}),
	kind('without the statement', resubscribe, 'vonage', { ...PERSON, additionalFields: { consentEvidence } }, [], {
		action: 'resubscribe',
		kind: 'no-consent',
		phone: PHONE,
		phoneRaw: null,
		...EVIDENCE,
	}),
	kind('on the list', query, 'vonage', {}, [listed({ 'opt-out': 'true', 'opt-out-date': '2014-06-27 18:31:33' })], {
		outcome: 'opted_out',
		occurredAt: '2014-06-27T18:31:33Z',
		occurredAtSource: 'provider',
		optedOutAt: '2014-06-27T18:31:33Z',
		sent: null,
	}),
	kind('on the list without a date', query, 'vonage', {}, [listed({ 'opt-out': 'true' })], {
		outcome: 'opted_out',
		occurredAtSource: 'n8n',
		optedOutAt: null,
	}),
	kind('back on the list', query, 'vonage', { state: 'any' }, [listed({ 'opt-out': 'false', 'opt-in': 'true' })], {
		outcome: 'subscribed',
	}),
	kind('eligible', query, 'attentive', PERSON, [holds(['TEXT', true])], {
		outcome: 'subscribed',
		campaign: 'MARKETING TEXT',
		occurredAtSource: 'n8n',
	}),
	kind('not eligible', query, 'attentive', PERSON, [holds(['TEXT', false])], { outcome: 'not_eligible', note: null }),
	kind('not known', query, 'attentive', PERSON, [{ status: 404, body: { message: 'Subscriptions not found' } }], {
		outcome: 'not_subscribed',
		campaign: null,
	}),
	kind('of which nothing could be learned', query, 'attentive', PERSON, [{ status: 403, body: { message: 'Access Denied' } }], {
		action: 'query',
		outcome: null,
		kind: 'permission',
		sent: null,
	}),
	kind('with the raw answer', subscribe, 'skycore', { ...SKYCORE_FORM, options: { includeRawAnswer: true } }, [SUCCESS], {
		raw: '{"STATUS":"Success","MOBILE":"16502426055"}',
	}),
];

/** The rows of all items, results and failures alike. */
async function rowsOf({ node, at, parameters, answers, phone = PHONE }: Kind): Promise<IDataObject[]> {
	provider(HOSTS[at], ...answers);
	const done = await run({ node, parameters: { provider: at, ...parameters }, credentials: CREDENTIALS[at], items: [{ phone }] });
	return [...results(done), ...failures(done).map(rowOf)];
}

test.each(KINDS.map((each) => [`${each.node.description.name} at ${each.at}: ${each.what}`, each] as const))(
	'%s: the same columns, flat, nothing empty',
	async (_what, each) => {
		const rows = await rowsOf(each);
		expect(rows).toHaveLength(1);
		for (const row of rows) {
			expectFlat(row, COLUMNS);
			expect(row).toMatchObject({ provider: each.at, ...each.row });
			expect([null, ...Object.keys(OUTCOMES)]).toContain(row.outcome);
		}
	},
);

test('every outcome that a node can give is among the kinds', () => {
	const given = new Set(KINDS.map(({ row }) => row.outcome).filter(Boolean));
	/** Of bulk calls and of workflows themselves. */
	const notOfANode: ConsentOutcome[] = ['accepted', 'asked'];
	expect([...given, ...notOfANode].sort()).toEqual(Object.keys(OUTCOMES).sort());
});

test.each([
	['SMS Subscribe', subscribe, 'skycore', SKYCORE_FORM, SUCCESS],
	['SMS Unsubscribe', unsubscribe, 'skycore', SKYCORE_FORM, SUCCESS],
	['SMS Resubscribe', resubscribe, 'skycore', { ...SKYCORE_FORM, freshConsent: true }, SUCCESS],
	['SMS Query Opt-Outs', query, 'attentive', PERSON, holds(['TEXT', true], ['EMAIL', true])],
] as Array<[string, INodeType, Kind['at'], INodeParameters, Answer]>)(
	'%s puts the fields of the input before its own where that is asked for',
	async (_name, node, at, parameters, answer) => {
		provider(HOSTS[at], answer);
		const items = [{ contactId: 'C-1', phone: '(650) 242-6055', error: 'old', details: { a: [1] } }];
		const options = { includeInputFields: true };
		const rows = results(await run({ node, parameters: { provider: at, ...parameters, options }, credentials: CREDENTIALS[at], items }));
		expect(rows.length).toBeGreaterThan(0);
		for (const row of rows) {
			expect(Object.keys(row)).toEqual(['contactId', 'contact_phone', 'contact_error', 'details', ...COLUMNS]);
			expect(row).toMatchObject({
				contactId: 'C-1',
				contact_phone: '(650) 242-6055',
				contact_error: 'old',
				details: { a: [1] },
				phone: PHONE,
			});
		}
	},
);

test.each([
	['continueRegularOutput', ['contactId', 'contact_phone', 'contact_error', 'error']],
	['continueErrorOutput', ['contactId', 'phone', 'error']],
] as const)('a failed item with %s keeps the fields of its input where that is asked for', async (onError, fields) => {
	provider(HOSTS.skycore, SUCCESS);
	const items = [
		{ contactId: 'C-1', phone: '555-01', error: 'old' },
		{ contactId: 'C-2', phone: PHONE, error: 'old' },
	];
	const done = await run({
		node: subscribe,
		parameters: { provider: 'skycore', ...SKYCORE_FORM, options: { includeInputFields: true } },
		credentials: SKYCORE,
		items,
		onError,
	});
	const all = done.outputs.flat().map(({ json }) => json);
	const failed = all.find(({ contactId }) => contactId === 'C-1') ?? {};
	expect(Object.keys(failed).sort()).toEqual([...fields].sort());
	expect(failed).toMatchObject({ error: { message: expect.stringContaining('555-01') as string } });
	expect(all.find(({ contactId }) => contactId === 'C-2')).toMatchObject({
		contact_phone: PHONE,
		contact_error: 'old',
		outcome: 'subscribed',
	});
});

test('an item whose turn never came, or that a setting forbids to send, still says whom it is about', async () => {
	const done = await run({
		node: subscribe,
		parameters: { provider: 'skycore', ...SKYCORE_FORM },
		credentials: SKYCORE,
		items: [{ phone: '(650) 242-6055' }],
		retryOnFail: true,
	});
	expect(failures(done).map(rowOf)).toEqual([
		expect.objectContaining({ provider: 'skycore', action: 'subscribe', phone: PHONE, sent: 'not sent' }),
	]);
});
