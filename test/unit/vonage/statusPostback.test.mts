import { readVonagePostback } from '../../../providers/vonage/postback.ts';
import { readVonageStatus } from '../../../providers/vonage/statusPostback.ts';
import manage from '../../fixtures/vonage/manage.json';
import query from '../../fixtures/vonage/query.json';
import { deliver } from '../trigger/webhookContext.mts';

const OUT = {
	msisdn: '15558937009',
	'opt-in': 'false',
	'opt-in-date': '2013-12-01 10:00:00',
	'opt-out': 'true',
	'opt-out-date': '2014-08-21 17:34:47',
};
const XML_ROW = '<opt-in msisdn="15558937009" opt-out="true" opt-out-date="2014-08-21 17:34:47"/>';
const optOut = { action: 'opt-out', phone: '+15558937009', occurredAt: '2014-08-21T17:34:47Z', code: 'status', text: null };

test.each<[string, string, string]>([
	['one number as JSON', JSON.stringify(OUT), 'application/json'],
	['one number as a form', new URLSearchParams(OUT).toString(), 'application/x-www-form-urlencoded'],
	['a list as JSON', JSON.stringify({ 'opt-in-list': [OUT], 'opt-in-count': '1' }), 'application/json'],
	['a bare list', JSON.stringify([OUT]), 'application/json'],
	['other spellings', JSON.stringify({ MSISDN: 15558937009, OPT_OUT: true, opt_out_date: '2014-08-21 17:34:47' }), 'application/json'],
	['one number as XML', XML_ROW, 'text/xml'],
	['a list as XML', `<opt-in-list opt-in-count="1">${XML_ROW}</opt-in-list>`, 'text/xml'],
])('an explicit opt-out of Vonage is one: %s', async (_how, body, contentType) => {
	const outcome = await deliver({ body, headers: { 'content-type': contentType } }, { parameters: { provider: 'vonage' } });
	expect(outcome).toMatchObject({ status: 200, events: [optOut] });
});

test('a query is no less one', async () => {
	const url = `/webhook/x?${new URLSearchParams(OUT).toString()}`;
	expect((await deliver({ method: 'GET', url }, { parameters: { provider: 'vonage' } })).events).toMatchObject([optOut]);
});

test("the vendor's own samples: each number by what it says", () => {
	expect(readVonageStatus({ json: manage }).map(({ action, phone }) => [action, phone])).toEqual([
		['opt-in', expect.stringMatching(/^\+1/)],
	]);
	const listed = readVonageStatus({ json: query });
	expect(listed.length).toBeGreaterThan(1);
	for (const { action, occurredAt } of listed)
		expect([action, occurredAt]).toEqual([expect.stringMatching(/^opt-(in|out)$/), expect.any(String)]);
});

test('in doubt somebody is opted out', () => {
	const { msisdn } = OUT;
	for (const row of [
		{ msisdn, 'opt-in': 'true', 'opt-out': 'true' },
		{ msisdn, 'opt-out': 'perhaps' },
		{ msisdn, 'opt-out-date': '2014-08-21' },
	]) {
		expect(readVonagePostback(row)).toMatchObject([{ action: 'opt-out' }]);
	}
	expect(readVonagePostback({ msisdn, 'opt-in': 'true', 'opt-out': 'false' })).toMatchObject([{ action: 'opt-in' }]);
});

test('a text stays a text', () => {
	expect(readVonagePostback({ msisdn: OUT.msisdn, text: 'hello', 'opt-out': 'true' })).toMatchObject([{ action: 'message' }]);
	expect(readVonageStatus({ json: { msisdn: OUT.msisdn, status: 'delivered' } })).toEqual([]);
	expect(readVonageStatus({ json: null })).toEqual([]);
});

test('the same status has the same eventId, another one has not', () => {
	const ids = [OUT, { ...OUT }, { ...OUT, 'opt-out': 'false' }, { ...OUT, 'opt-out-date': '2014-08-22 17:34:47' }].map(
		(row) => readVonagePostback(row)[0]?.eventId,
	);
	expect(new Set(ids).size).toBe(3);
});

test('where signatures are asked for, what cannot carry one is refused', async () => {
	const setting = {
		parameters: { provider: 'vonage', authenticity: 'signature' },
		credentials: { smsConsentVonageSignatureApi: { signatureSecret: 'secret-of-the-test', method: 'sha256' } },
	};
	for (const body of [XML_ROW, JSON.stringify(OUT)]) expect(await deliver({ body }, setting)).toMatchObject({ status: 401, events: [] });
});
