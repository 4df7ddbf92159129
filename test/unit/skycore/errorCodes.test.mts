import type { FailureDetails, FailureKind } from '../../../consent/failure';
import { subscribe } from '../../../providers/skycore/calls';
import { ERROR_CODES } from '../../../providers/skycore/errorCodes';
import { skycore } from '../../../providers/skycore/provider';
import { decodeResponse } from '../../../transport/codec/response';
import { isNotExecuted, readResponse } from '../../../transport/outbound/failure';

/** Code and class after the provider's manuals, written down independently of the code. */
const EXPECTED: Record<string, FailureKind> = {
	E100: 'input',
	E101: 'input',
	E102: 'credentials',
	E103: 'credentials',
	E104: 'credentials',
	E105: 'permission',
	E106: 'rate',
	E107: 'permission',
	E108: 'input',
	E109: 'permission',
	E110: 'number',
	E111: 'input',
	E112: 'permission',
	E113: 'rate',
	E114: 'opted-out',
	E120: 'quota',
	E503: 'temporary',
	E713: 'quota',
	E714: 'input',
	E715: 'input',
	E718: 'input',
	E721: 'input',
	E901: 'number',
	E902: 'input',
	E903: 'input',
	E904: 'not-eligible',
	E905: 'number',
	E911: 'number',
	E912: 'input',
	E913: 'not-eligible',
	E914: 'number',
	E915: 'opted-out',
	E916: 'number',
	E917: 'opted-out',
	E918: 'opted-out',
};

const call = subscribe({ transport: 'xml', campaignRef: '1', phone: '+16502426055' });

/** What the transport makes of a code. */
function failure(code: string): FailureDetails {
	const text = `<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>${code}</ERRORCODE><ERRORINFO> words </ERRORINFO></RESPONSE>`;
	const read = readResponse(skycore, call, decodeResponse(200, {}, text), 0);
	if ('details' in read) return read.details;
	throw new Error(`${code} is no failure`);
}

test('every documented code is known, and no other', () => {
	expect([...ERROR_CODES.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
});

test.each(Object.entries(EXPECTED))('%s is of the kind %s and says what to do', (code, kind) => {
	const details = failure(code);
	expect(details).toMatchObject({ kind, code, providerText: 'words', httpStatus: 200 });
	expect(details.message).toMatch(/^[A-Z].{15,}[^.]$/);
	expect(details.remedy).toMatch(/^[A-Z].{15,}\.$/);
	expect(isNotExecuted(details)).toBe(kind !== 'temporary');
});

test('E114 points to fresh consent, not to another attempt', () => {
	expect(failure('E114').remedy).toMatch(/Don't try again.*new opt-in/);
});

test('E904 is no proof of an opt-out: it says so, and what to do in either case', () => {
	const { message, remedy } = failure('E904');
	expect(message).toMatch(/does not say why.*opted out.*cannot get texts/);
	expect(remedy).toMatch(/If the person opted out.*new opt-in.*If they did not.*landline/);
});

test.each(['E902', 'E903'])('%s names the field for accounts that have campaign IDs', (code) => {
	expect(failure(code).remedy).toContain("'Campaign ID' under 'Additional Fields'");
});
