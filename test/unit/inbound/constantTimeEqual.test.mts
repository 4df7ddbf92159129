import { constantTimeEqual } from '../../../transport/inbound/constantTimeEqual.ts';

test.each([
	['s3cret', 's3cret', true],
	['s3cret ', 's3cret', false],
	['S3CRET', 's3cret', false],
	['s3cre', 's3cret', false],
	['', 's3cret', false],
	[undefined, 's3cret', false],
	['', '', false],
	[' ', ' ', false],
	['pässwörd', 'pässwörd', true],
])('%j against %j: %s', (given, expected, result) => {
	expect(constantTimeEqual(given, expected)).toBe(result);
});
