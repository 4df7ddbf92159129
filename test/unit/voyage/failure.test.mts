import { testFailure } from '../../../providers/voyage/credentialTest';
import { failureOf } from '../../../providers/voyage/failure';
import { voyage } from '../../../providers/voyage/provider';
import { decodeResponse } from '../../../transport/codec/response';
import { missingInTable } from '../failureTable.mts';

const STATUSES = [200, 201, 202, 204, 226, 304, 400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 500, 599];
const BODIES = ['', 'OK', '<html></html>', '{"message":"Must be a US number"}', '{"error":"Campaign is not active"}', '{"error":"$&"}'];
const RESPONSES = STATUSES.flatMap((status) => BODIES.map((body) => decodeResponse(status, { 'retry-after': '7' }, body)));

test('every failure stands in the table of failures', () => {
	const failures = RESPONSES.flatMap((response) => [failureOf(response), testFailure(response) ?? []].flat());
	expect(missingInTable(voyage, failures)).toEqual([]);
	expect(new Set(voyage.failures.map(({ when }) => when)).size).toBe(voyage.failures.length);
});

test('it leaves to the transport what HTTP says', () => {
	for (const failure of RESPONSES.map((response) => failureOf(response))) {
		for (const field of ['httpStatus', 'notExecuted', 'retryAfterMs']) expect(failure).not.toHaveProperty(field);
	}
});

test('what it says about uncertainty, the transport says', () => {
	for (const { remedy } of voyage.failures) expect(remedy).not.toMatch(/not certain|unknown/i);
});

test.each([
	'Campaign is not active',
	'This campaign has been paused.',
	'Inactive campaign',
	'campaign 1234 is disabled',
	'Campaign is still a draft',
])('%s: the person is told to toggle it on', (words) => {
	for (const status of [400, 403, 404, 422]) {
		const failure = failureOf(decodeResponse(status, {}, JSON.stringify({ error: words })));
		expect(failure).toMatchObject({ kind: 'input', message: 'The campaign is not switched on at Voyage', providerText: words });
		expect(failure.remedy).toContain('toggle it on');
	}
});

test.each(['Campaign not found', 'Attribute campaign_note is too long', 'The number is not active'])('%s is something else', (words) => {
	expect(failureOf(decodeResponse(400, {}, JSON.stringify({ error: words }))).message).not.toContain('switched on');
});
