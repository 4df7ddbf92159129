import { resubscribe, type ResubscribeInput } from '../../../providers/vonage/resubscribe.ts';
import { failureOf } from '../thrown.mts';
import { fixture, response } from './responses.mts';

const INPUT: ResubscribeInput = { credential: 'smsConsentVonageApi', format: 'json', method: 'POST', phone: '+15559301529' };

test.each([
	['json', 'POST', { method: 'POST', path: 'sc/us/alert/opt-in/manage/json', body: { form: { msisdn: '15559301529' } } }],
	['json', 'POST_JSON', { method: 'POST', path: 'sc/us/alert/opt-in/manage/json', body: { json: { msisdn: 15559301529 } } }],
	['xml', 'GET', { method: 'GET', path: 'sc/us/alert/opt-in/manage/xml', query: { msisdn: '15559301529' } }],
] as const)('the request as %s by %s holds digits only', (format, method, request) => {
	const call = resubscribe({ ...INPUT, format, method });
	expect(call.request).toEqual(request);
	expect(call).toMatchObject({ rateLimitKey: 'vonage:manage', credential: 'smsConsentVonageApi' });
});

test('is not repeated after an unclear ending: a STOP in between would be lost', () => {
	expect(resubscribe(INPUT).retrySafety).toBe('unknown');
});

test("Vonage's JSON sample", () => {
	expect(resubscribe(INPUT).interpret(response(200, fixture('manage.json')))).toEqual({
		provider: 'vonage',
		action: 'resubscribe',
		outcome: 'resubscribed',
		phone: '+15559301529',
		phoneRaw: '15559301529',
		campaign: null,
		providerState: 'opt-in=true opt-out=false',
		occurredAt: '2014-08-21T17:34:47Z',
		optedInAt: '2014-08-21T17:34:47Z',
		optedOutAt: null,
		note: expect.any(String),
	});
});

test("Vonage's XML sample, a Canadian number, with the raw answer", () => {
	const call = resubscribe({ ...INPUT, phone: '+13065897298', format: 'xml', includeRaw: true });
	expect(call.interpret(response(200, fixture('manage.xml')))).toMatchObject({
		outcome: 'resubscribed',
		phone: '+13065897298',
		optedInAt: '2015-09-26T04:46:27Z',
		raw: { msisdn: '13065897298', 'opt-in': 'true', 'opt-in-date': '2015-09-26 04:46:27', 'opt-out': 'false' },
	});
});

test.each([
	['a number and one truth', { msisdn: 15559301529, 'opt-out': false }],
	['a plus in the number', { msisdn: '+15559301529', 'opt-in': 'true' }],
])('%s is enough', (_name, body) => {
	expect(resubscribe(INPUT).interpret(response(200, body))).toMatchObject({ outcome: 'resubscribed' });
});

test.each([
	['no number', { 'opt-in': 'true', 'opt-out': 'false' }, 'unreadable'],
	['another number', { msisdn: '15559301520', 'opt-in': 'true', 'opt-out': 'false' }, 'unreadable'],
	['no word about the state', { msisdn: '15559301529' }, 'unreadable'],
	['still opted out', { msisdn: '15559301529', 'opt-in': 'false', 'opt-out': 'true' }, 'opted-out'],
	['opted out and in', { msisdn: '15559301529', 'opt-in': 'true', 'opt-out': 'true' }, 'opted-out'],
	['an opt-out without opt-in', { msisdn: '15559301529', 'opt-out': 'true' }, 'opted-out'],
	['a list', [], 'unreadable'],
	['an empty object', {}, 'unreadable'],
	['a web page', '<html><body>OK</body></html>', 'unreadable'],
	['nothing', '', 'unreadable'],
	['another XML document', '<opt-in-list opt-in-count="0"/>', 'unreadable'],
	['an XML row without number', '<opt-in opt-in="true" opt-out="false"/>', 'unreadable'],
	['a refusal inside HTTP 200', { messages: [{ status: '7', 'error-text': 'Number barred' }] }, 'opted-out'],
])('%s is no success', (_name, body, kind) => {
	const details = failureOf(() => resubscribe(INPUT).interpret(response(200, body)));
	expect(details).toMatchObject({ provider: 'vonage', kind });
	expect(details.remedy).not.toBe('');
});
