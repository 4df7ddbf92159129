import { testFailure } from '../../../providers/skycore/credentialTest';
import { readResponse } from '../../../providers/skycore/document';
import { failureOf } from '../../../providers/skycore/failure';
import { skycore } from '../../../providers/skycore/provider';
import { decodeResponse } from '../../../transport/codec/response';
import { missingInTable } from '../failureTable.mts';

const CODES = ['E100', 'E104', 'E106', 'E503', 'E904', 'E999', '$&', '__PROTO__'];
const STATUSES = [200, 204, 304, 400, 401, 403, 404, 418, 500];
const DOCUMENTS = [
	'',
	'<html></html>',
	'<RESPONSE/>',
	'<RESPONSE><STATUS>Failure</STATUS></RESPONSE>',
	...CODES.map(
		(code) => `<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>${code}</ERRORCODE><ERRORINFO>every 5 seconds</ERRORINFO></RESPONSE>`,
	),
];
const RESPONSES = DOCUMENTS.flatMap((document) => STATUSES.map((status) => decodeResponse(status, {}, document)));

test('every failure stands in the table of failures', () => {
	const failures = RESPONSES.flatMap((response) => [failureOf(readResponse(response.xml), response), testFailure(response) ?? []].flat());
	expect(missingInTable(skycore, failures)).toEqual([]);
	expect(new Set(skycore.failures.map(({ when }) => when)).size).toBe(skycore.failures.length);
});

test('it leaves to the transport what HTTP says', () => {
	for (const response of RESPONSES) {
		const failure = failureOf(readResponse(response.xml), { ...response, headers: { 'retry-after': '7' } });
		expect(failure).not.toHaveProperty('httpStatus');
		expect(failure).not.toHaveProperty('notExecuted');
		expect([undefined, 5000]).toContain(failure.retryAfterMs);
	}
});

test('what it says about uncertainty, the transport says', () => {
	for (const { remedy } of skycore.failures) expect(remedy).not.toMatch(/not certain|unknown/i);
});
