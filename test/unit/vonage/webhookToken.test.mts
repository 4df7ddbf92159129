import { createHash, createHmac } from 'node:crypto';

import { verifyWebhookToken } from '../../../providers/vonage/webhookToken.ts';

const SECRET = 'my_secret_key_for_testing';
const NOW_MS = 1_587_494_962_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const BODY = Buffer.from('{"from":"447700900000","message_uuid":"a","text":"STOP"}', 'utf8');
const base64url = (value: object | string) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** The claims that Vonage's page on signed webhooks shows. */
const CLAIMS = {
	iat: NOW_MS / 1000,
	jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5',
	iss: 'Vonage',
	payload_hash: createHash('sha256').update(BODY).digest('hex'),
	api_key: 'a1b2c3d',
	application_id: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
};

function token(claims: object = CLAIMS, header: object = { alg: 'HS256', typ: 'JWT' }, secret = SECRET): string {
	const signed = `${base64url(header)}.${base64url(claims)}`;
	return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const verified = (given: string, body: Buffer = BODY, secret = SECRET) => verifyWebhookToken(given, body, secret, NOW_MS, DAY_MS);

test('a token over this body says when it was signed', () => {
	expect(verified(token())).toEqual({ signedAtMs: NOW_MS });
	expect(verified(token({ ...CLAIMS, payload_hash: CLAIMS.payload_hash.toUpperCase(), exp: NOW_MS / 1000 }))).toEqual({
		signedAtMs: NOW_MS,
	});
	expect(verified(token({ ...CLAIMS, iat: (NOW_MS - DAY_MS) / 1000 }))).toEqual({ signedAtMs: NOW_MS - DAY_MS });
});

/** RFC 7515, appendix A.1: its signature is right, and it says nothing about any body. */
test('the example of RFC 7515', () => {
	const example =
		'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
	const key = Buffer.from('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', 'base64url');
	const [header, payload, signature] = example.split('.');
	expect(createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')).toBe(signature);
	expect(verified(example)).toEqual({ unproven: expect.stringContaining('signature secret') });
});

test.each([
	['another secret', token(CLAIMS, undefined, 'other'), /signature secret/],
	['no algorithm', token(CLAIMS, { alg: 'none' }), /HS256/],
	['another algorithm', token(CLAIMS, { alg: 'RS256' }), /HS256/],
	['an unsigned token', `${base64url({ alg: 'none' })}.${base64url(CLAIMS)}.`, /not a JWT/],
	['no token', 'abc', /not a JWT/],
	['an endless token', `${token()}${'A'.repeat(9_000)}`, /not a JWT/],
	['a changed claim', token().replace(/\.[^.]+\./, `.${base64url({ ...CLAIMS, api_key: 'x' })}.`), /signature secret/],
	['no time', token({ ...CLAIMS, iat: undefined }), /names no time/],
	['a time as text', token({ ...CLAIMS, iat: String(CLAIMS.iat) }), /names no time/],
	['an old time', token({ ...CLAIMS, iat: (NOW_MS - DAY_MS) / 1000 - 1 }), /older/],
	['a time to come', token({ ...CLAIMS, iat: (NOW_MS + DAY_MS) / 1000 + 1 }), /future/],
	['an end that has passed', token({ ...CLAIMS, exp: NOW_MS / 1000 - 1 }), /expired/],
	['an end that is no time', token({ ...CLAIMS, exp: 'never' }), /expired/],
	['no hash', token({ ...CLAIMS, payload_hash: undefined }), /nothing about the body/],
	['the hash of another body', token({ ...CLAIMS, payload_hash: 'a'.repeat(64) }), /another body/],
	['claims that are no object', `${base64url({ alg: 'HS256' })}.${base64url('[]')}.x`, /signature secret/],
])('%s proves nothing', (_what, given, reason) => {
	expect(verified(given)).toEqual({ unproven: expect.stringMatching(reason) });
});

test('one byte more or less is another body', () => {
	expect(verified(token(), Buffer.concat([BODY, Buffer.from('\n')]))).toEqual({ unproven: expect.stringContaining('another body') });
});

test('a blank secret matches nothing, not even what it has signed', () => {
	expect(verified(token(CLAIMS, undefined, ''), BODY, '')).toEqual({ unproven: expect.any(String) });
	expect(verified(token(CLAIMS, undefined, ' '), BODY, ' ')).toEqual({ unproven: expect.any(String) });
});
