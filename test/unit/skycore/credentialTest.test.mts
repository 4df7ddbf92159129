import type { CallResponse } from '../../../consent/call';
import { askAboutKey, SECOND_TEST_DOCUMENT, TEST_DOCUMENT, testFailure } from '../../../providers/skycore/credentialTest';
import { decodeResponse } from '../../../transport/codec/response';

const response = (text: string, status = 200): CallResponse => decodeResponse(status, {}, text);
const failure = (code: string, info = 'words') =>
	response(
		`<?xml version="1.0"?>\n<RESPONSE>\n <STATUS>Failure</STATUS>\n <ERRORCODE>${code}</ERRORCODE>\n <ERRORINFO> ${info} </ERRORINFO>\n</RESPONSE>`,
	);
const SUCCESS = response(
	'<RESPONSE><STATUS>Success</STATUS><MMSCAMPAIGNS><CAMPAIGN><ID>1233</ID><NAME>Winter Sale</NAME></CAMPAIGN></MMSCAMPAIGNS></RESPONSE>',
);

test.each([
	['E102', 'credentials'],
	['E103', 'credentials'],
	['E104', 'credentials'],
	['E105', 'permission'],
	['E109', 'permission'],
	['E112', 'permission'],
	['E503', 'temporary'],
	['E100', 'unreadable'],
	['E101', 'unreadable'],
])('%s makes the test red', (code, kind) => {
	expect(testFailure(failure(code))).toMatchObject({ kind, code, providerText: 'words' });
});

test.each(['E405', 'E106', 'E107', 'E113', 'E120', 'E718', 'E901', 'E902', 'E903', 'E999'])('%s is said to a recognized key', (code) => {
	expect(testFailure(failure(code))).toBeNull();
});

test('a success is green', () => {
	expect(testFailure(SUCCESS)).toBeNull();
	expect(
		testFailure(
			response('<RESPONSE><STATUS>Success</STATUS><MMSCAMPAIGNS><CAMPAIGN><NAME>Tom & Jerry</NAME></CAMPAIGN></MMSCAMPAIGNS></RESPONSE>'),
		),
	).toBeNull();
	expect(testFailure(response('<response><status>success</status></response>'))).toBeNull();
});

test.each<[label: string, given: CallResponse, kind: string]>([
	['a web page', response('<html>Sign in</html>'), 'unreadable'],
	['nothing', response(''), 'unreadable'],
	['JSON', response('{"status":"Success"}'), 'unreadable'],
	['an element without STATUS', response('<RESPONSE/>'), 'unreadable'],
	['a redirect', response('', 302), 'unreadable'],
	['401', response('', 401), 'credentials'],
	['404', response('Not Found', 404), 'input'],
	['500', response('', 500), 'unreadable'],
	['a success with 500', response('<RESPONSE><STATUS>Success</STATUS></RESPONSE>', 500), 'unreadable'],
])('%s is red', (_label, given, kind) => {
	expect(testFailure(given)).toMatchObject({ kind });
});

describe('asking about the key', () => {
	async function run(responses: CallResponse[]) {
		const sent: string[] = [];
		const told = await askAboutKey(async (document) => {
			sent.push(document);
			const next = responses.shift();
			if (next === undefined) throw new Error('asked too often');
			return next;
		});
		return { sent, result: testFailure(told) };
	}

	test.each([
		['E100', true],
		['E101', true],
		['E108', true],
		['E104', false],
		['E405', false],
	])('%s asks for a second document: %p', async (code, second) => {
		expect((await run([failure(code), SUCCESS])).sent).toEqual(second ? [TEST_DOCUMENT, SECOND_TEST_DOCUMENT] : [TEST_DOCUMENT]);
	});

	it('asks once where the first response says enough', async () => {
		expect(await run([SUCCESS])).toEqual({ sent: [TEST_DOCUMENT], result: null });
		expect((await run([failure('E104')])).result).toMatchObject({ code: 'E104' });
	});

	it('asks again where the action is unknown', async () => {
		expect(await run([failure('E101'), failure('E718')])).toEqual({ sent: [TEST_DOCUMENT, SECOND_TEST_DOCUMENT], result: null });
		expect((await run([failure('E100'), failure('E104')])).result).toMatchObject({ code: 'E104' });
		expect((await run([failure('E100'), failure('E100')])).result).toMatchObject({ kind: 'unreadable' });
	});

	it('can subscribe nobody', () => {
		for (const document of [TEST_DOCUMENT, SECOND_TEST_DOCUMENT]) expect(document).not.toMatch(/MOBILE|CAMPAIGN(REF|ID)|EMAIL/);
	});
});
