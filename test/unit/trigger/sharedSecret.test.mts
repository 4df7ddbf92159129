import { deliver, OPT_OUT, SECRET } from './webhookContext.mts';

describe('a shared secret', () => {
	const setting = (credential: Record<string, unknown>) => ({
		parameters: { authenticity: 'secret' },
		credentials: {
			smsConsentPostbackSecretApi: {
				secret: SECRET,
				placement: 'query',
				queryName: 'token',
				headerName: 'X-Postback-Secret',
				user: 'postback',
				...credential,
			},
		},
	});
	const basic = (user: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` });

	test.each([
		['the URL', {}, { url: `/webhook/id/postback?token=${SECRET}` }],
		['the URL, among other parameters', {}, { url: `/webhook/id/postback?a=1&token=${SECRET}` }],
		['a header', { placement: 'header' }, { headers: { 'x-postback-secret': SECRET } }],
		['basic authentication', { placement: 'basicAuth' }, { headers: basic('postback', SECRET) }],
		[
			'basic authentication with a colon in the secret',
			{ placement: 'basicAuth', secret: `a:${SECRET}` },
			{ headers: basic('postback', `a:${SECRET}`) },
		],
	])('passes in %s', async (_where, credential, request) => {
		expect((await deliver({ body: OPT_OUT, ...request }, setting(credential))).events).toHaveLength(1);
	});

	test.each([
		['nowhere', {}, {}],
		['wrong in the URL', {}, { url: `/p?token=${SECRET}x` }],
		['empty in the URL', {}, { url: '/p?token=' }],
		['under another name', {}, { url: `/p?secret=${SECRET}` }],
		['in a header although the URL was agreed', {}, { headers: { 'x-postback-secret': SECRET } }],
		['as the name of the parameter', {}, { url: `/p?${SECRET}` }],
		['wrong in a header', { placement: 'header' }, { headers: { 'x-postback-secret': 'wrong' } }],
		['twice in a header', { placement: 'header' }, { headers: { 'x-postback-secret': [SECRET, SECRET] } }],
		['with another user', { placement: 'basicAuth' }, { headers: basic('other', SECRET) }],
		['with the wrong password', { placement: 'basicAuth' }, { headers: basic('postback', 'wrong') }],
		['as a bearer', { placement: 'basicAuth' }, { headers: { authorization: `Bearer ${SECRET}` } }],
		['without a colon', { placement: 'basicAuth' }, { headers: { authorization: `Basic ${Buffer.from(SECRET).toString('base64')}` } }],
		['left blank in the credential', { secret: '' }, { url: '/p?token=' }],
		['blank in the credential and blank in the URL', { secret: ' ' }, { url: '/p?token=%20' }],
	])('does not pass %s', async (_how, credential, request) => {
		const outcome = await deliver({ body: OPT_OUT, ...request }, setting(credential));
		expect(outcome).toMatchObject({ status: 401, ended: true, answer: undefined, events: [], returned: { noWebhookResponse: true } });
		expect(outcome.returned.workflowData).toBeUndefined();
		expect(outcome.log).toHaveLength(1);
		expect(outcome.log.join()).not.toContain(SECRET);
		expect(outcome.log.join()).toMatch(/"step":"(secret|set-up)"/);
	});

	test('asks for basic authentication where that was agreed', async () => {
		expect((await deliver({ body: OPT_OUT }, setting({ placement: 'basicAuth' }))).headers['www-authenticate']).toMatch(/^Basic /);
	});

	test('that n8n cannot decrypt gives a status to retry on, not an open door', async () => {
		const outcome = await deliver(
			{ body: OPT_OUT, url: '/p?token=' },
			{ parameters: { authenticity: 'secret' }, credentialError: new Error('database is locked') },
		);
		expect(outcome).toMatchObject({ status: 500, ended: true, events: [] });
		expect(outcome.log.join()).toContain('database is locked');
	});

	test('is asked for whenever the setting is not exactly None', async () => {
		expect(await deliver({ body: OPT_OUT }, { parameters: { authenticity: undefined } })).toMatchObject({ status: 500, events: [] });
	});
});
