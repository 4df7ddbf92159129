import { subscribe, type SubscribeInput } from '../../../providers/attentive/subscribe.ts';
import phones from '../../fixtures/attentive/phones.json';
import { failureOf } from '../thrown.mts';
import { response } from './responses.mts';

const INPUT: SubscribeInput = { credential: 'smsConsentAttentiveApi', phone: '+19148440001', signUpSourceId: '241654' };
const LOCALE = { language: 'en', country: 'US' };

type Row = [type: string, channel: string, status: string];

function created(...rows: Row[]): unknown {
	return {
		user: { phone: '+19148440001' },
		subscriptionResponses: rows.map(([type, channel, subscriptionCreationStatus]) => ({
			subscription: { type, channel },
			subscriptionCreationStatus,
		})),
	};
}

const NEW_TEXT: Row = ['MARKETING', 'TEXT', 'NEWLY_CREATED'];
const OLD_TEXT: Row = ['MARKETING', 'TEXT', 'PREVIOUSLY_CREATED'];
const NEW_EMAIL: Row = ['MARKETING', 'EMAIL', 'NEWLY_CREATED'];
const OLD_EMAIL: Row = ['MARKETING', 'EMAIL', 'PREVIOUSLY_CREATED'];

describe('the request', () => {
	test('names person and sign-up source, and nothing that was not given', () => {
		expect(subscribe(INPUT)).toMatchObject({
			provider: 'attentive',
			credential: 'smsConsentAttentiveApi',
			request: { method: 'POST', path: 'subscriptions', body: { json: { user: { phone: '+19148440001' }, signUpSourceId: '241654' } } },
			retrySafety: 'texts the person',
			rateLimitKey: 'attentive:subscribe',
		});
	});

	test('locale and subscription type take the place of the sign-up source', () => {
		const { request } = subscribe({
			credential: 'smsConsentAttentiveApi',
			email: 'a@example.com',
			locale: LOCALE,
			subscriptionType: 'TRANSACTIONAL',
		});
		expect(request.body).toEqual({ json: { user: { email: 'a@example.com' }, locale: LOCALE, subscriptionType: 'TRANSACTIONAL' } });
	});

	test('single opt-in is sent only when it is on', () => {
		expect(subscribe({ ...INPUT, singleOptIn: true }).request.body).toMatchObject({ json: { singleOptIn: true } });
		expect(JSON.stringify(subscribe({ ...INPUT, singleOptIn: false }).request)).not.toContain('singleOptIn');
	});

	test('identifiers are sent as they are, and left out when there are none', () => {
		const externalIdentifiers = { clientUserId: '4711', customIdentifiers: [{ name: 'loyalty', value: '9' }] };
		expect(subscribe({ ...INPUT, externalIdentifiers }).request.body).toMatchObject({ json: { externalIdentifiers } });
		expect(JSON.stringify(subscribe({ ...INPUT, externalIdentifiers: undefined }).request)).not.toContain('externalIdentifiers');
	});

	test('whatever else the input holds does not travel along', () => {
		expect(subscribe({ ...INPUT, singleOptIn: false, action: 'resubscribe', includeRaw: true }).request.body).toEqual({
			json: { user: { phone: '+19148440001' }, signUpSourceId: '241654' },
		});
	});

	test.each(phones.valid)('%s is accepted', (phone) => {
		expect(subscribe({ ...INPUT, phone }).request.body).toMatchObject({ json: { user: { phone } } });
	});
});

describe('the response', () => {
	const phoneAndEmail = { ...INPUT, email: 'a@example.com' };
	const emailOnly = { credential: 'smsConsentAttentiveApi', email: 'a@example.com', signUpSourceId: '241654' };
	test.each([
		['a new text subscription awaits Reply Y', INPUT, [NEW_TEXT], 'pending_confirmation', 'NEWLY_CREATED'],
		['a new text subscription with single opt-in', { ...INPUT, singleOptIn: true }, [NEW_TEXT], 'subscribed', 'NEWLY_CREATED'],
		['a known text subscription', INPUT, [OLD_TEXT], 'already_subscribed', 'PREVIOUSLY_CREATED'],
		['a new email subscription', emailOnly, [NEW_EMAIL], 'subscribed', 'NEWLY_CREATED', 'MARKETING EMAIL'],
		['a known email subscription', emailOnly, [OLD_EMAIL], 'already_subscribed', 'PREVIOUSLY_CREATED', 'MARKETING EMAIL'],
		[
			'the text counts, not the email',
			phoneAndEmail,
			[OLD_EMAIL, NEW_TEXT],
			'pending_confirmation',
			'MARKETING EMAIL PREVIOUSLY_CREATED, MARKETING TEXT NEWLY_CREATED',
		],
		[
			'a known text beside a new email',
			phoneAndEmail,
			[NEW_EMAIL, OLD_TEXT],
			'already_subscribed',
			'MARKETING EMAIL NEWLY_CREATED, MARKETING TEXT PREVIOUSLY_CREATED',
		],
		[
			'the least certain of two texts',
			INPUT,
			[OLD_TEXT, ['TRANSACTIONAL', 'TEXT', 'NEWLY_CREATED']],
			'pending_confirmation',
			'MARKETING TEXT PREVIOUSLY_CREATED, TRANSACTIONAL TEXT NEWLY_CREATED',
			'MARKETING TEXT, TRANSACTIONAL TEXT',
		],
		['no text subscription for a number', phoneAndEmail, [NEW_EMAIL], 'not_subscribed', 'NEWLY_CREATED', null],
		['no subscription at all', INPUT, [], 'not_subscribed', null, null],
		[
			'words with prefixes, as GraphQL writes them',
			INPUT,
			[['TYPE_MARKETING', 'CHANNEL_TEXT', 'NEWLY_CREATED']],
			'pending_confirmation',
			'NEWLY_CREATED',
		],
		['coming back awaits Reply Y too', { ...INPUT, action: 'resubscribe' }, [NEW_TEXT], 'pending_confirmation', 'NEWLY_CREATED'],
		['coming back with single opt-in', { ...INPUT, action: 'resubscribe', singleOptIn: true }, [NEW_TEXT], 'resubscribed', 'NEWLY_CREATED'],
		['coming back by email', { ...emailOnly, action: 'resubscribe' }, [NEW_EMAIL], 'resubscribed', 'NEWLY_CREATED', 'MARKETING EMAIL'],
		['coming back without having left', { ...INPUT, action: 'resubscribe' }, [OLD_TEXT], 'already_subscribed', 'PREVIOUSLY_CREATED'],
	] as [string, SubscribeInput, Row[], string, string | null, (string | null)?][])(
		'%s',
		(_name, input, rows, outcome, providerState, campaign = 'MARKETING TEXT') => {
			expect(subscribe(input).interpret(response(202, created(...rows)))).toMatchObject({
				provider: 'attentive',
				outcome,
				providerState,
				campaign,
			});
		},
	);

	test('is a complete result', () => {
		expect(subscribe({ ...INPUT, action: 'resubscribe' }).interpret(response(202, created(NEW_TEXT)))).toEqual({
			provider: 'attentive',
			action: 'resubscribe',
			outcome: 'pending_confirmation',
			phone: '+19148440001',
			channel: 'sms',
			campaign: 'MARKETING TEXT',
			providerState: 'NEWLY_CREATED',
			hint: expect.stringMatching(/Reply Y.*sms\.subscribed.*SMS Query Opt-Outs/),
		});
	});

	test('holds the raw answer on request', () => {
		const body = created(NEW_TEXT);
		const result = subscribe({
			credential: 'smsConsentAttentiveApi',
			phone: '+19148440001',
			locale: LOCALE,
			subscriptionType: 'MARKETING',
			includeRaw: true,
		}).interpret(response(200, body));
		expect(result).toMatchObject({ campaign: 'MARKETING TEXT', raw: body });
	});

	test('409 means that the subscription exists', () => {
		expect(subscribe(INPUT).interpret(response(409, { message: 'Subscription already exists for user' }))).toMatchObject({
			outcome: 'already_subscribed',
			providerState: '409',
		});
	});

	test.each([
		['an unknown status', created(['MARKETING', 'TEXT', 'MAYBE'])],
		['another shape', { ok: true }],
		['a web page', '<html><title>Log in</title></html>'],
		['nothing', ''],
	])('%s is not taken for success', (_name, body) => {
		expect(failureOf(() => subscribe(INPUT).interpret(response(202, body)))).toMatchObject({
			kind: 'unreadable',
			remedy: expect.stringMatching(/'Base URL' ends with \/v1/),
		});
	});

	test('an error inside HTTP 200 is one', () => {
		const body = { data: null, errors: [{ message: 'Sign-up source not found' }] };
		expect(failureOf(() => subscribe(INPUT).interpret(response(200, body)))).toMatchObject({
			kind: 'input',
			providerText: 'Sign-up source not found',
		});
	});
});
