import type { CallAnswer } from '../../../consent/call';
import { CHECK_DOCUMENT, checkKey, keyIsRefused, needsSecondCheck, SECOND_CHECK_DOCUMENT } from '../../../providers/skycore/check';

const answer = (text: string, status = 200): CallAnswer => ({ status, headers: {}, text });
const failure = (code: string, info = 'words') =>
	answer(`<?xml version="1.0"?>\n<RESPONSE>\n <STATUS>Failure</STATUS>\n <ERRORCODE>${code}</ERRORCODE>\n <ERRORINFO> ${info} </ERRORINFO>\n</RESPONSE>`);
const SUCCESS = answer('<RESPONSE><STATUS>Success</STATUS><MMSCAMPAIGNS><CAMPAIGN><ID>1233</ID><NAME>Winter Sale</NAME></CAMPAIGN></MMSCAMPAIGNS></RESPONSE>');

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
	expect(keyIsRefused(failure(code))).toMatchObject({ kind, code, providerText: 'words' });
});

test.each(['E405', 'E106', 'E107', 'E113', 'E120', 'E718', 'E901', 'E902', 'E903', 'E999'])('%s is said to a recognised key', (code) => {
	expect(keyIsRefused(failure(code))).toBeNull();
});

test('a success is green', () => {
	expect(keyIsRefused(SUCCESS)).toBeNull();
	expect(keyIsRefused(answer('<response><status>success</status></response>'))).toBeNull();
});

test.each<[label: string, answer: CallAnswer, kind: string]>([
	['a web page', answer('<html>Sign in</html>'), 'unreadable'],
	['nothing', answer(''), 'unreadable'],
	['JSON', answer('{"status":"Success"}'), 'unreadable'],
	['an element without STATUS', answer('<RESPONSE/>'), 'unreadable'],
	['a redirect', answer('', 302), 'input'],
	['401', answer('', 401), 'credentials'],
	['404', answer('Not Found', 404), 'input'],
	['500', answer('', 500), 'temporary'],
	['a success with 500', answer('<RESPONSE><STATUS>Success</STATUS></RESPONSE>', 500), 'temporary'],
])('%s is red', (_label, given, kind) => {
	expect(keyIsRefused(given)).toMatchObject({ kind });
});

test.each([
	['E100', true],
	['E101', true],
	['E108', true],
	['E104', false],
	['E405', false],
])('%s asks for a second document: %p', (code, second) => {
	expect(needsSecondCheck(failure(code))).toBe(second);
});

describe('checkKey', () => {
	async function run(answers: CallAnswer[]) {
		const sent: string[] = [];
		const result = await checkKey(async (document) => {
			sent.push(document);
			const next = answers.shift();
			if (next === undefined) throw new Error('asked too often');
			return next;
		});
		return { sent, result };
	}

	it('asks once where the first answer says enough', async () => {
		expect(await run([SUCCESS])).toEqual({ sent: [CHECK_DOCUMENT], result: null });
		expect((await run([failure('E104')])).result).toMatchObject({ code: 'E104' });
	});

	it('asks again where the action is unknown', async () => {
		expect(await run([failure('E101'), failure('E718')])).toEqual({ sent: [CHECK_DOCUMENT, SECOND_CHECK_DOCUMENT], result: null });
		expect((await run([failure('E100'), failure('E104')])).result).toMatchObject({ code: 'E104' });
		expect((await run([failure('E100'), failure('E100')])).result).toMatchObject({ kind: 'unreadable' });
	});

	it('can subscribe nobody', () => {
		for (const document of [CHECK_DOCUMENT, SECOND_CHECK_DOCUMENT]) expect(document).not.toMatch(/MOBILE|CAMPAIGN(REF|ID)|EMAIL/);
	});
});
