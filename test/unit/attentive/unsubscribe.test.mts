import { unsubscribe, type UnsubscribeInput } from '../../../providers/attentive/unsubscribe.ts';
import { failureOf } from '../thrown.mts';
import { response } from './responses.mts';

const EVERYTHING: UnsubscribeInput = { credential: 'smsConsentAttentiveApi', phone: '+19148440001', subscriptions: 'everything' };
const MARKETING_TEXT = { type: 'MARKETING', channel: 'TEXT' } as const;
const MARKETING_EMAIL = { type: 'MARKETING', channel: 'EMAIL' } as const;

type Row = [type: string, channel: string, status: string];

function ended(...rows: Row[]): unknown {
	return {
		subscriptionResponses: rows.map(([type, channel, subscriptionUnsubscribeStatus]) => ({
			subscription: { type, channel },
			subscriptionUnsubscribeStatus,
		})),
	};
}

describe('the request', () => {
	test('everything is an omitted list', () => {
		expect(unsubscribe(EVERYTHING)).toMatchObject({
			request: { method: 'POST', path: 'subscriptions/unsubscribe' },
			rateLimitKey: 'attentive:unsubscribe',
		});
		expect(unsubscribe(EVERYTHING).request.body).toEqual({ json: { user: { phone: '+19148440001' } } });
	});

	test('chosen subscriptions are sent with the wish about the confirmation text', () => {
		const { request } = unsubscribe({
			...EVERYTHING,
			subscriptions: [MARKETING_TEXT],
			notification: { disabled: false, language: 'fr-CA' },
		});
		expect(request.body).toEqual({
			json: { user: { phone: '+19148440001' }, subscriptions: [MARKETING_TEXT], notification: { disabled: false, language: 'fr-CA' } },
		});
	});

	test.each([
		['everything of a number texts', EVERYTHING, 'texts the person'],
		['unless the confirmation is off', { ...EVERYTHING, notification: { disabled: true } }, 'harmless'],
		['email only', { credential: 'smsConsentAttentiveApi', email: 'a@example.com', subscriptions: 'everything' }, 'harmless'],
		[
			'email subscriptions of a person with a number',
			{ ...EVERYTHING, email: 'a@example.com', subscriptions: [MARKETING_EMAIL] },
			'harmless',
		],
		['a text subscription', { ...EVERYTHING, subscriptions: [MARKETING_TEXT], notification: { disabled: false } }, 'texts the person'],
	] as [string, UnsubscribeInput, string][])('a repeat: %s', (_name, input, repeat) => {
		expect(unsubscribe(input).retrySafety).toBe(repeat);
	});
});

describe('the response', () => {
	const chosen: UnsubscribeInput = { ...EVERYTHING, email: 'a@example.com', subscriptions: [MARKETING_TEXT, MARKETING_EMAIL] };
	test.each([
		['newly', EVERYTHING, [['MARKETING', 'TEXT', 'NEWLY_UNSUBSCRIBED']], 'unsubscribed', 'NEWLY_UNSUBSCRIBED', undefined],
		[
			'previously',
			EVERYTHING,
			[['MARKETING', 'TEXT', 'PREVIOUSLY_UNSUBSCRIBED']],
			'already_unsubscribed',
			'PREVIOUSLY_UNSUBSCRIBED',
			undefined,
		],
		[
			'both',
			chosen,
			[
				['MARKETING', 'TEXT', 'PREVIOUSLY_UNSUBSCRIBED'],
				['MARKETING', 'EMAIL', 'NEWLY_UNSUBSCRIBED'],
			],
			'unsubscribed',
			'MARKETING TEXT PREVIOUSLY_UNSUBSCRIBED, MARKETING EMAIL NEWLY_UNSUBSCRIBED',
			undefined,
		],
		['nothing to end: never known is not opted out before', EVERYTHING, [], 'not_subscribed', null, undefined],
		['nothing of what was chosen', chosen, [], 'not_subscribed', null, undefined],
		[
			'one not mentioned',
			chosen,
			[['MARKETING', 'TEXT', 'NEWLY_UNSUBSCRIBED']],
			'unsubscribed',
			'NEWLY_UNSUBSCRIBED',
			/did not mention MARKETING EMAIL/,
		],
	] as [string, UnsubscribeInput, Row[], string, string | null, RegExp | undefined][])(
		'%s',
		(_name, input, rows, outcome, providerState, note) => {
			const result = unsubscribe(input).interpret(response(202, ended(...rows)));
			expect(result).toMatchObject({ action: 'unsubscribe', outcome, providerState, phone: '+19148440001' });
			if (note === undefined) expect(result.note).toBeUndefined();
			else expect(result.note).toMatch(note);
		},
	);

	test.each([
		['a number', EVERYTHING, 'sms'],
		['an address', { credential: 'x', email: 'a@example.com', subscriptions: 'everything' }, 'email'],
		['both', { ...EVERYTHING, email: 'a@example.com' }, 'sms, email'],
		['chosen texts of a person with both', { ...EVERYTHING, email: 'a@example.com', subscriptions: [MARKETING_TEXT] }, 'sms'],
		['chosen emails of a person with both', { ...EVERYTHING, email: 'a@example.com', subscriptions: [MARKETING_EMAIL] }, 'email'],
		['chosen of both kinds', chosen, 'sms, email'],
	] as [string, UnsubscribeInput, string][])('the channel: %s', (_name, input, channel) => {
		expect(unsubscribe(input).interpret(response(202, ended()))).toMatchObject({ channel });
	});

	test('names the chosen subscriptions, and none for everything', () => {
		const body = ended(['MARKETING', 'TEXT', 'NEWLY_UNSUBSCRIBED']);
		expect(unsubscribe(chosen).interpret(response(202, body))).toMatchObject({
			campaign: 'MARKETING TEXT, MARKETING EMAIL',
			email: 'a@example.com',
		});
		expect(unsubscribe({ ...EVERYTHING, includeRaw: true }).interpret(response(202, body))).toMatchObject({ campaign: null, raw: body });
	});

	test.each([{ message: 'Subscriber already unsubscribed' }, { error: { message: 'User has already opted out' } }, 'Already opted out'])(
		'409 that says so means opted out before: %j',
		(body) => {
			expect(unsubscribe(EVERYTHING).interpret(response(409, body))).toMatchObject({
				outcome: 'already_unsubscribed',
				providerState: '409',
			});
		},
	);

	test('a refused opt-out is loud', () => {
		expect(failureOf(() => unsubscribe(EVERYTHING).interpret(response(404, { error: { message: 'User not found' } })))).toMatchObject({
			kind: 'input',
			remedy: expect.stringMatching(/NOT opted out/),
		});
		expect(failureOf(() => unsubscribe(EVERYTHING).interpret(response(202, { done: true })))).toMatchObject({ kind: 'unreadable' });
	});
});
