import { deliver, OPT_IN, OPT_OUT, SECRET, skycoreXml } from './webhookContext.mts';

test('an address that is not allowed is answered 403 before anything is read', async () => {
	const request = { body: OPT_OUT, readError: new Error('read') };
	const outcome = await deliver(request, { parameters: { allowedAddresses: '203.0.113.0/24' } });
	expect(outcome).toMatchObject({ status: 403, ended: true, events: [] });
	expect(outcome.log.join()).toMatch(/198\.51\.100\.7.*N8N_PROXY_HOPS.*"step":"address"/);
});

test('an address that is allowed passes', async () => {
	expect(
		(await deliver({ body: OPT_OUT, ip: '::ffff:203.0.113.9' }, { parameters: { allowedAddresses: '203.0.113.0/24' } })).events,
	).toHaveLength(1);
});

test.each(['', ' ', '\n'])(
	'an expression that gives %j lets nobody in; a field that is left empty lets everybody in',
	async (allowedAddresses) => {
		const node = { parameters: { options: { binaryData: true }, allowedAddresses: '={{ $vars.senders }}' } };
		expect(await deliver({ body: OPT_OUT }, { parameters: { allowedAddresses }, node })).toMatchObject({ status: 403, events: [] });
		expect((await deliver({ body: OPT_OUT }, { parameters: { allowedAddresses } })).events).toHaveLength(1);
	},
);

test.each([
	[
		'a shared secret',
		'skycore',
		{ authenticity: 'secret' },
		'smsConsentPostbackSecretApi',
		{ placement: 'query', queryName: 'token', secret: SECRET },
	],
	[
		'a shared secret',
		'vonage',
		{ authenticity: 'secret' },
		'smsConsentPostbackSecretApi',
		{ placement: 'header', headerName: 'X-Token', secret: SECRET },
	],
	['a signature', 'attentive', { attentiveAuthenticity: 'signature' }, 'smsConsentAttentiveSigningKeyApi', { signingKey: SECRET }],
])('who comes without %s at %s is refused before a byte is read', async (_proof, provider, parameters, type, credential) => {
	const request = { body: OPT_OUT, readError: new Error('read'), bytes: 'unread' as const };
	const outcome = await deliver(request, { parameters: { provider, ...parameters }, credentials: { [type]: credential } });
	expect(outcome).toMatchObject({ status: 401, ended: true, events: [] });
});

test.each([
	['an empty body', '', 400],
	['text', 'hello', 400],
	['a truncated document', '<POSTBACK><CODE>N302', 400],
	['a mismatched tag', '<POSTBACK><CODE>N302</MOBILE></POSTBACK>', 400],
	['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${OPT_OUT.replace(/^<\?.*\?>\n/, '')}`, 400],
	['an unknown root', '<ORDER><CODE>N302</CODE></ORDER>', 400],
	['200 KB', skycoreXml({ BRANDNAME: 'x'.repeat(200_000) }), 413],
])('%s is answered without a body and without a run', async (_what, body, status) => {
	const outcome = await deliver({ body });
	expect(outcome).toMatchObject({ status, ended: true, answer: undefined, events: [], returned: { noWebhookResponse: true } });
	expect(outcome.log).toHaveLength(1);
});

test('a provider that is none of ours is answered 500', async () => {
	expect(await deliver({ body: OPT_OUT }, { parameters: { provider: 'voyage' } })).toMatchObject({ status: 500, events: [] });
});

test('a charset that nobody can read is answered 400, and the log says at which step', async () => {
	const outcome = await deliver({ body: OPT_OUT, headers: { 'content-type': 'text/xml; charset=utf-7' } });
	expect(outcome).toMatchObject({ status: 400, ended: true, events: [], returned: { noWebhookResponse: true } });
	expect(outcome.log).toEqual([
		expect.stringMatching(/^Postback refused with 400 .*: The body is written in a character set that is not accepted .*"step":"body"/),
	]);
});

describe('events that start nothing', () => {
	test.each([
		['an unknown code', skycoreXml({ CODE: 'N999' }), {}],
		['a kind that is not asked for', OPT_IN, { triggerOn: ['opt-out'] }],
		['another campaign', OPT_OUT, { filters: { campaigns: '999' } }],
		['another source', OPT_OUT, { filters: { sources: 'API' } }],
	])('%s is accepted all the same, so that the sender does not repeat it', async (_what, body, parameters) => {
		const outcome = await deliver({ body }, { parameters });
		expect(outcome).toMatchObject({ status: 200, answer: 'OK', ended: false, returned: { webhookResponse: 'OK' } });
		expect(outcome.returned.workflowData).toBeUndefined();
		expect(outcome.log).toHaveLength(1);
	});

	test('an unknown code starts the workflow where the person asked for that', async () => {
		expect((await deliver({ body: skycoreXml({ CODE: 'N999' }) }, { parameters: { unknownEvents: 'emit' } })).events).toEqual([
			expect.objectContaining({ action: 'unknown', code: 'N999', raw: expect.stringContaining('"CODE":"N999"') as string }),
		]);
	});
});

describe('settings as JSON may hold them', () => {
	test.each([
		[{ filters: null }],
		[{ filters: { campaigns: 1478 } }],
		[{ filters: { campaigns: ['999', '1478'], sources: ['MO'] } }],
		[{ triggerOn: 'opt-out' }],
	])('%j lets the opt-out through', async (parameters) => {
		expect((await deliver({ body: OPT_OUT }, { parameters })).events).toMatchObject([{ action: 'opt-out', campaign: '1478' }]);
	});
});
