import { consentOf, eligibility } from '../../../providers/attentive/eligibility.ts';
import { failureOf } from '../thrown.mts';
import { response } from './responses.mts';

const CALL = eligibility({ credential: 'smsConsentAttentiveApi', phone: '+13115552368' });

function held(...rows: [type: string, channel: string, isEligible: unknown][]): unknown {
	return {
		subscriptionEligibilities: rows.map(([type, channel, isEligible]) => ({
			subscription: { type, channel },
			eligibility: { isEligible },
		})),
	};
}

test('asks by phone or by email, never by both', () => {
	expect(CALL).toMatchObject({
		request: { method: 'GET', path: 'subscriptions', query: { phone: '+13115552368' } },
		retrySafety: 'harmless',
		rateLimitKey: 'attentive:eligibility',
	});
	expect(eligibility({ credential: 'x', email: 'a@example.com' }).request.query).toEqual({ email: 'a@example.com' });
	// @ts-expect-error Attentive looks up one at a time
	eligibility({ credential: 'x', phone: '+13115552368', email: 'a@example.com' });
});

test('each subscription is one result; Attentive does not say why one is not eligible', () => {
	const found = CALL.interpret(response(200, held(['MARKETING', 'TEXT', true], ['TYPE_TRANSACTIONAL', 'CHANNEL_TEXT', false])));
	expect(found).toEqual({
		known: true,
		rows: [
			{ type: 'MARKETING', channel: 'TEXT', eligible: true },
			{ type: 'TRANSACTIONAL', channel: 'TEXT', eligible: false },
		],
	});
	expect(consentOf(found, { phone: '+13115552368' })).toEqual([
		expect.objectContaining({
			action: 'query',
			outcome: 'subscribed',
			campaign: 'MARKETING TEXT',
			phone: '+13115552368',
			providerState: 'isEligible true',
		}),
		expect.objectContaining({
			action: 'query',
			outcome: 'not_eligible',
			campaign: 'TRANSACTIONAL TEXT',
			hint: expect.stringMatching(/opted out or never/),
			phone: '+13115552368',
			providerState: 'isEligible false',
		}),
	]);
});

test.each([
	['of public clients', { error: { message: 'Subscriptions not found for user' } }],
	['of the documents', { message: 'The specified resource was not found' }],
	['without a subscription', { message: 'No subscriptions exist for this user' }],
	['without the person', { error: 'User does not exist' }],
	['with the number', { message: 'User with phone +13115552368 was not found' }],
	['with the address', { message: 'Subscriptions for user a@example.com not found' }],
	['the other way round', { message: 'Could not find any subscriptions' }],
	['in the singular', { message: 'Unable to find subscriber' }],
])('404 %s means not known', (_name, body) => {
	const found = CALL.interpret(response(404, body));
	expect(found).toEqual({ known: false, rows: [] });
	expect(consentOf(found, { email: 'a@example.com' })).toEqual([
		{
			provider: 'attentive',
			action: 'query',
			outcome: 'not_subscribed',
			phone: null,
			email: 'a@example.com',
			channel: 'email',
			campaign: null,
			providerState: '404',
		},
	]);
});

test('known without a subscription is not subscribed either', () => {
	const found = CALL.interpret(response(200, held()));
	expect(found.known).toBe(true);
	expect(consentOf(found, { phone: '+13115552368' })).toEqual([
		expect.objectContaining({ outcome: 'not_subscribed', providerState: null }),
	]);
});

test.each([
	['a web page', '<html><body>Not Found</body></html>'],
	['nobody, without words', ''],
	['a server, in plain text', '404 page not found'],
	['a server, in plain text about subscriptions', 'Subscriptions not found'],
	['a gateway', { message: 'no Route matched with those values' }],
	['a cloud', { message: 'Not Found' }],
	['a store of files', { error: { message: 'The specified resource does not exist.' } }],
	['a framework', { timestamp: 1, status: 404, error: 'Not Found', path: '/v1/subscriptions' }],
	['a gateway that names its upstream', { message: 'Service subscriptions-api is not registered' }],
	['a gateway that names its service', { message: 'Route to the subscriptions service was not found' }],
	['a gateway that names its upstream', { message: 'Upstream subscriptions-api not found' }],
	['a cloud that names its bucket', { message: 'The specified bucket does not exist' }],
	['a tenant', { message: 'Unknown account for user agent n8n' }],
	['another API', { error: 'Not Found' }],
	['another API, with the path', { message: 'Cannot GET /v1/subscriptions?phone=%2B13115552368' }],
	['a gateway, with the address', { message: 'Nothing found for "subscriber.user@example.com"' }],
])('404 of %s is a wrong address, not an unknown person', (_name, body) => {
	expect(failureOf(() => CALL.interpret(response(404, body)))).toMatchObject({ kind: 'input', remedy: expect.stringMatching(/\/v1/) });
});

test('an answer that says nothing clear about eligibility is not guessed', () => {
	expect(failureOf(() => CALL.interpret(response(200, held(['MARKETING', 'TEXT', undefined]))))).toMatchObject({ kind: 'unreadable' });
	expect(failureOf(() => CALL.interpret(response(200, {})))).toMatchObject({ kind: 'unreadable' });
});

test('the raw answer comes along on request', () => {
	const body = held(['MARKETING', 'TEXT', true]);
	const found = eligibility({ credential: 'x', phone: '+13115552368', includeRaw: true }).interpret(response(200, body));
	expect(consentOf(found, { phone: '+13115552368' })).toEqual([expect.objectContaining({ raw: body })]);
});

test.each([
	[{ phone: '+13115552368' }, 'EMAIL', 'MARKETING EMAIL'],
	[{ email: 'a@example.com' }, 'TEXT', 'MARKETING TEXT'],
] as const)('%j: subscriptions of the other channel say nothing about this one', (who, other, named) => {
	const found = CALL.interpret(response(200, held(['MARKETING', other, false])));
	expect(consentOf(found, who)).toEqual([
		expect.objectContaining({ outcome: 'not_subscribed', providerState: null, note: expect.stringContaining(named) }),
	]);
	const both = CALL.interpret(response(200, held(['MARKETING', 'TEXT', true], ['MARKETING', 'EMAIL', false])));
	const [own, ...more] = consentOf(both, who);
	expect([own?.campaign, more]).toEqual([`MARKETING ${other === 'EMAIL' ? 'TEXT' : 'EMAIL'}`, []]);
});
