/**
 * Answers in which something speaks against success. Each is judged by the package and by a second reader that shares no code with it; both have to
 * agree with the table.
 */
import type { ProviderCall } from '../../consent/call';
import type { ResultFacts } from '../../consent/result';
import { PROVIDERS } from '../../providers';
import { subscribe as subscribeAtAttentive } from '../../providers/attentive/subscribe';
import { unsubscribe as unsubscribeAtAttentive } from '../../providers/attentive/unsubscribe';
import { subscribe as subscribeAtSkycore, unsubscribe as unsubscribeAtSkycore } from '../../providers/skycore/calls';
import { resubscribe as resubscribeAtVonage } from '../../providers/vonage/resubscribe';
import { subscribe as subscribeAtVoyage } from '../../providers/voyage/calls';
import { decodeResponse } from '../../transport/codec/response';
import { type Asked, type ReadCall, wasSurelyDone } from './secondReader.mts';

const PHONE = '+16502426055';
const MOBILE = '16502426055';
const OTHER = '16502426056';
const EMAIL = 'ann@example.com';
const WITHOUT_DOUBT = ['subscribed', 'resubscribed', 'already_subscribed', 'pending_confirmation', 'unsubscribed', 'already_unsubscribed'];

const signUp = { credential: 'smsConsentAttentiveApi', signUpSourceId: '1' };
const byType = { credential: 'smsConsentAttentiveApi', locale: { language: 'en', country: 'US' }, subscriptionType: 'MARKETING' } as const;
const end = { credential: 'smsConsentAttentiveApi', phone: PHONE };
const MARKETING_TEXT = { type: 'MARKETING', channel: 'TEXT' } as const;

interface Kind {
	reader: ReadCall;
	call: ProviderCall<ResultFacts>;
	asked: Asked;
}

const KINDS = {
	'Skycore: subscribe': {
		reader: 'Skycore: subscribe',
		call: subscribeAtSkycore({ transport: 'xml', campaignRef: '1116', phone: PHONE }),
		asked: { phone: PHONE },
	},
	'Skycore: unsubscribe': {
		reader: 'Skycore: unsubscribe',
		call: unsubscribeAtSkycore({ transport: 'get', campaignRef: '1116', phone: PHONE }),
		asked: { phone: PHONE },
	},
	'Voyage: subscribe': {
		reader: 'Voyage: subscribe',
		call: subscribeAtVoyage({ campaignId: 1234, phone: PHONE, authenticated: false }),
		asked: { phone: PHONE },
	},
	'Attentive: subscribe': {
		reader: 'Attentive: subscribe',
		call: subscribeAtAttentive({ ...signUp, phone: PHONE }),
		asked: { phone: PHONE },
	},
	'Attentive: subscribe, by type': {
		reader: 'Attentive: subscribe',
		call: subscribeAtAttentive({ ...byType, phone: PHONE }),
		asked: { phone: PHONE, subscriptions: ['MARKETING TEXT'] },
	},
	'Attentive: subscribe by email': {
		reader: 'Attentive: subscribe',
		call: subscribeAtAttentive({ ...signUp, email: EMAIL }),
		asked: { email: EMAIL },
	},
	'Attentive: unsubscribe from everything': {
		reader: 'Attentive: unsubscribe',
		call: unsubscribeAtAttentive({ ...end, subscriptions: 'everything' }),
		asked: { phone: PHONE },
	},
	'Attentive: unsubscribe from marketing texts': {
		reader: 'Attentive: unsubscribe',
		call: unsubscribeAtAttentive({ ...end, subscriptions: [MARKETING_TEXT] }),
		asked: { phone: PHONE, subscriptions: ['MARKETING TEXT'] },
	},
	'Vonage: resubscribe': {
		reader: 'Vonage: resubscribe',
		call: resubscribeAtVonage({ credential: 'smsConsentVonageApi', format: 'json', method: 'POST', phone: PHONE }),
		asked: { phone: PHONE },
	},
} satisfies Record<string, Kind>;

const DONE = true;
const NOT_DONE = false;
type Row = [call: keyof typeof KINDS, status: number, body: string | object, verdict: boolean];

const xml = (inner: string): string => `<?xml version="1.0"?><RESPONSE>${inner}</RESPONSE>`;
const OK = '<STATUS>Success</STATUS>';
const SKYCORE: Array<[inner: string, verdict: boolean]> = [
	[OK, DONE],
	[`${OK}<MOBILE>${MOBILE}</MOBILE><CAMPAIGNREF>1116</CAMPAIGNREF>`, DONE],
	[`<MOBILE>6502426055</MOBILE>${OK}`, DONE],
	['<status> SUCCESS </status>', DONE],
	[`${OK}${OK}`, DONE],
	[`${OK}<ERRORCODE></ERRORCODE><ERRORINFO/>`, DONE],
	[`${OK}<DATA><STATUS>Failure</STATUS><ERRORCODE>E104</ERRORCODE></DATA>`, DONE],
	[`${OK}<CAMPAIGN><STATUS>Success</STATUS></CAMPAIGN>`, DONE],
	[`${OK}<STATUS>Failure</STATUS>`, NOT_DONE],
	[`<STATUS>Failure</STATUS>${OK}`, NOT_DONE],
	[`${OK}<Status>failure</Status>`, NOT_DONE],
	[`${OK}<RESULT><STATUS>Failure</STATUS></RESULT>`, NOT_DONE],
	[`${OK}<ERRORCODE/><ERRORCODE>E904</ERRORCODE>`, NOT_DONE],
	[`${OK}<ERRORCODE>E904</ERRORCODE><ERRORCODE/>`, NOT_DONE],
	[`${OK}<errorcode>e904</errorcode>`, NOT_DONE],
	[`${OK}<RESULT><ERRORCODE>E904</ERRORCODE></RESULT>`, NOT_DONE],
	[`${OK}<ERRORINFO>Could not subscribe this number</ERRORINFO>`, NOT_DONE],
	[`${OK}<MOBILE>${OTHER}</MOBILE>`, NOT_DONE],
	[`${OK}<MOBILE>${MOBILE}</MOBILE><MOBILE>${OTHER}</MOBILE>`, NOT_DONE],
	['<STATUS>Failure</STATUS>', NOT_DONE],
	['<STATUS></STATUS>', NOT_DONE],
	['<STATUS>Pending</STATUS>', NOT_DONE],
	[`<MOBILE>${MOBILE}</MOBILE>`, NOT_DONE],
	['', NOT_DONE],
];

const VOYAGE: Array<[body: string | object, verdict: boolean]> = [
	[{ subscriberId: 99_999, state: 'Subscribed' }, DONE],
	[{ subscriberId: 99_999 }, DONE],
	[{ state: 'subscribed', error: null, errors: [], success: true }, DONE],
	[{ subscriberId: 1, state: 'Pending' }, DONE],
	[{ subscriberId: 1, state: 'Subscribed', phoneNumber: PHONE }, DONE],
	[{ subscriberId: 1, state: 'Subscribed', error: 'Number is blocked' }, NOT_DONE],
	[{ subscriberId: 1, state: 'Subscribed', errors: [{ message: 'Number is blocked' }] }, NOT_DONE],
	[{ subscriberId: 1, state: 'Subscribed', error: { code: 7 } }, NOT_DONE],
	[{ subscriberId: 1, success: false }, NOT_DONE],
	[{ subscriberId: 1, state: 'Subscribed', ok: 'no' }, NOT_DONE],
	[{ subscriberId: 1, state: 'Unsubscribed' }, NOT_DONE],
	[{ subscriberId: 1, state: 'opted out' }, NOT_DONE],
	[{ subscriberId: 1, state: 'Rejected' }, NOT_DONE],
	[{ subscriberId: 1, state: 'Subscribed', phoneNumber: `+${OTHER}` }, NOT_DONE],
	[{ subscriberId: null, state: '' }, NOT_DONE],
	[{}, NOT_DONE],
	['', NOT_DONE],
	['OK', NOT_DONE],
	['<html><body>Log in</body></html>', NOT_DONE],
];

type Sub = [type: string, channel: string, status: string];
function attentive(user: object | undefined, status: string, ...rows: Sub[]): object {
	return {
		...(user !== undefined && { user }),
		subscriptionResponses: rows.map(([type, channel, word]) => ({ subscription: { type, channel }, [status]: word })),
	};
}
const made = (...rows: Sub[]): object => attentive({ phone: PHONE, email: EMAIL }, 'subscriptionCreationStatus', ...rows);
const gone = (...rows: Sub[]): object => attentive({ phone: PHONE }, 'subscriptionUnsubscribeStatus', ...rows);
const NEW: Sub = ['MARKETING', 'TEXT', 'NEWLY_CREATED'];
const NEW_MAIL: Sub = ['MARKETING', 'EMAIL', 'NEWLY_CREATED'];
const ENDED: Sub = ['MARKETING', 'TEXT', 'NEWLY_UNSUBSCRIBED'];
const ENDED_ORDERS: Sub = ['TRANSACTIONAL', 'TEXT', 'NEWLY_UNSUBSCRIBED'];
const ENDED_MAIL: Sub = ['TRANSACTIONAL', 'EMAIL', 'NEWLY_UNSUBSCRIBED'];
const EVERYTHING = 'Attentive: unsubscribe from everything';
const TEXTS = 'Attentive: unsubscribe from marketing texts';

const ATTENTIVE: Row[] = [
	['Attentive: subscribe', 202, made(NEW), DONE],
	['Attentive: subscribe', 200, made(['TYPE_MARKETING', 'CHANNEL_TEXT', 'PREVIOUSLY_CREATED']), DONE],
	['Attentive: subscribe', 202, made(NEW_MAIL, NEW), DONE],
	['Attentive: subscribe', 202, attentive({ phone: '+1 (650) 242-6055' }, 'subscriptionCreationStatus', NEW), DONE],
	['Attentive: subscribe', 202, attentive(undefined, 'subscriptionCreationStatus', NEW), DONE],
	['Attentive: subscribe', 202, { ...made(NEW), errors: [] }, DONE],
	['Attentive: subscribe', 202, { ...made(NEW), errors: [{ message: 'Not allowed' }] }, NOT_DONE],
	['Attentive: subscribe', 202, { ...made(NEW), error: { id: 7, message: 'No such unit' } }, NOT_DONE],
	['Attentive: subscribe', 202, { ...made(NEW), success: false }, NOT_DONE],
	['Attentive: subscribe', 202, attentive({ phone: `+${OTHER}` }, 'subscriptionCreationStatus', NEW), NOT_DONE],
	['Attentive: subscribe', 202, made(NEW_MAIL), NOT_DONE],
	['Attentive: subscribe', 202, made(['MARKETING', 'TEXT', 'FAILED']), NOT_DONE],
	['Attentive: subscribe', 202, made(NEW, ['MARKETING', 'EMAIL', 'REJECTED']), NOT_DONE],
	['Attentive: subscribe', 202, { user: { phone: PHONE } }, NOT_DONE],
	['Attentive: subscribe', 202, '', NOT_DONE],
	['Attentive: subscribe', 409, '', NOT_DONE],
	['Attentive: subscribe', 409, { message: 'Conflict' }, NOT_DONE],
	['Attentive: subscribe', 409, { message: 'Another request for this user is in progress' }, NOT_DONE],
	['Attentive: subscribe', 409, { error: { message: 'A user with this email already exists' } }, NOT_DONE],
	['Attentive: subscribe, by type', 202, made(NEW), DONE],
	['Attentive: subscribe, by type', 202, made(['TRANSACTIONAL', 'TEXT', 'NEWLY_CREATED']), NOT_DONE],
	['Attentive: subscribe by email', 202, made(NEW_MAIL), DONE],
	['Attentive: subscribe by email', 202, attentive({ email: 'ANN@Example.com ' }, 'subscriptionCreationStatus', NEW_MAIL), DONE],
	['Attentive: subscribe by email', 202, made(NEW), NOT_DONE],
	['Attentive: subscribe by email', 202, attentive({ email: 'bob@example.com' }, 'subscriptionCreationStatus', NEW_MAIL), NOT_DONE],
	[EVERYTHING, 202, gone(ENDED), DONE],
	[EVERYTHING, 202, gone(ENDED_ORDERS, ['MARKETING', 'TEXT', 'PREVIOUSLY_UNSUBSCRIBED']), DONE],
	[EVERYTHING, 202, gone(ENDED_MAIL), NOT_DONE],
	[EVERYTHING, 202, gone(['MARKETING', 'TEXT', 'NEWLY_CREATED']), NOT_DONE],
	[EVERYTHING, 202, attentive({ phone: `+${OTHER}` }, 'subscriptionUnsubscribeStatus', ENDED), NOT_DONE],
	[EVERYTHING, 202, { ...gone(ENDED), errors: [{ message: 'partly failed' }] }, NOT_DONE],
	[EVERYTHING, 409, '', NOT_DONE],
	[EVERYTHING, 409, { message: 'Conflict' }, NOT_DONE],
	[EVERYTHING, 409, '<html>Conflict</html>', NOT_DONE],
	[TEXTS, 202, gone(ENDED), DONE],
	[TEXTS, 202, gone(ENDED, ENDED_MAIL), DONE],
	[TEXTS, 202, gone(ENDED_MAIL), NOT_DONE],
	[TEXTS, 202, gone(ENDED_ORDERS), NOT_DONE],
	[TEXTS, 202, gone(['MARKETING', 'EMAIL', 'NEWLY_UNSUBSCRIBED']), NOT_DONE],
];

const BACK = { msisdn: MOBILE, 'opt-in': 'true', 'opt-in-date': '2026-05-03 10:00:00', 'opt-out': 'false' };
const VONAGE: Array<[body: string | object, verdict: boolean]> = [
	[BACK, DONE],
	[{ msisdn: Number(MOBILE), 'opt-in': true, 'opt-out': false }, DONE],
	[{ MSISDN: MOBILE, 'OPT-IN': 'TRUE', 'OPT-OUT': 'FALSE' }, DONE],
	[{ response: BACK }, DONE],
	[{ msisdn: MOBILE, 'opt-out': 'false' }, DONE],
	[{ ...BACK, messages: [{ status: '0' }] }, DONE],
	[`<opt-in msisdn="${MOBILE}" opt-in="true" opt-out="false"/>`, DONE],
	[`<opt-in-list><opt-in msisdn="${MOBILE}" opt-in="true" opt-out="false"/></opt-in-list>`, DONE],
	[{ ...BACK, messages: [{ status: '0' }, { status: '9', 'error-text': 'Quota exceeded' }] }, NOT_DONE],
	[{ ...BACK, messages: [{ status: '4', 'error-text': 'Bad credentials' }, { status: '0' }] }, NOT_DONE],
	[{ ...BACK, 'error-code': '420', 'error-code-label': 'method failed' }, NOT_DONE],
	[{ ...BACK, error: 'blocked' }, NOT_DONE],
	[{ ...BACK, success: false }, NOT_DONE],
	[{ ...BACK, title: 'Forbidden' }, NOT_DONE],
	[{ ...BACK, msisdn: OTHER }, NOT_DONE],
	[{ ...BACK, 'opt-out': 'true' }, NOT_DONE],
	[{ ...BACK, 'opt-in': 'false' }, NOT_DONE],
	[{ msisdn: MOBILE }, NOT_DONE],
	[[BACK, { ...BACK, msisdn: OTHER }], NOT_DONE],
	[{ ...BACK, 'OPT-OUT': 'true' }, NOT_DONE],
	[`<response><messages><message><status>0</status></message><message><status>5</status></message></messages></response>`, NOT_DONE],
	[`<opt-in msisdn="${OTHER}" opt-in="true" opt-out="false"/>`, NOT_DONE],
	[`<opt-in msisdn="${MOBILE}" opt-in="true" opt-out="true"/>`, NOT_DONE],
	['', NOT_DONE],
];

const TABLE: Row[] = [
	...SKYCORE.flatMap(([inner, verdict]): Row[] => [
		['Skycore: subscribe', 200, xml(inner), verdict],
		['Skycore: unsubscribe', 200, xml(inner), verdict],
	]),
	...VOYAGE.flatMap(([body, verdict]): Row[] => [200, 201, 202].map((status): Row => ['Voyage: subscribe', status, body, verdict])),
	...ATTENTIVE,
	...VONAGE.map(([body, verdict]): Row => ['Vonage: resubscribe', 200, body, verdict]),
];

/** An outcome that claims that what was asked for holds now. */
function claimsSuccess(call: ProviderCall<ResultFacts>, status: number, body: string): boolean {
	try {
		return WITHOUT_DOUBT.includes(call.interpret(decodeResponse(status, {}, Buffer.from(body))).outcome ?? '');
	} catch {
		return false;
	}
}

test.each(TABLE)('%s, HTTP %i: %j', (name, status, content, verdict) => {
	const body = typeof content === 'string' ? content : JSON.stringify(content);
	const { reader, call, asked }: Kind = KINDS[name];
	expect({ reader: 'the package', verdict: claimsSuccess(call, status, body) }).toEqual({ reader: 'the package', verdict });
	expect({ reader: 'the second', verdict: wasSurelyDone(reader, asked, { status, body }) }).toEqual({ reader: 'the second', verdict });
});

test('the table holds more than 80 answers, of every kind both, and of every provider', () => {
	for (const { displayName } of Object.values(PROVIDERS)) {
		expect([displayName, Object.keys(KINDS).some((name) => name.startsWith(`${displayName}: `))]).toEqual([displayName, true]);
	}
	expect(TABLE.length).toBeGreaterThan(80);
	for (const name of Object.keys(KINDS)) {
		expect([name, new Set(TABLE.filter(([each]) => each === name).map(([, , , verdict]) => verdict))]).toEqual([
			name,
			new Set([DONE, NOT_DONE]),
		]);
	}
});
