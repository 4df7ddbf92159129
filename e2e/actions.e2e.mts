/** The four action nodes in a real n8n, against strict stand-ins of the providers. */
import { DEFAULTS, startSandbox, type ProviderName, type Sandbox } from '../sandbox/server.mts';
import { baseUrlsAt } from '../sandbox/standIns.mts';
import { RESULT_COLUMNS } from '../consent/result';
import type { N8nClient } from '../n8n/client.mts';
import { failureIn, finishedAction, runAction, startAction } from './support/action.mts';
import {
	ATTENTIVE_READ_ONLY_KEY,
	connectOAuth2,
	credentialPairs,
	nameOf,
	NO_KEY,
	SECRET_PLACEMENTS,
	SIGNATURE_METHODS,
	store,
	storeCredentials,
	storedCredential,
	VOYAGE_HEADER,
	WRONG,
} from './support/credentials.mts';
import { sharedN8n } from './support/running.mts';
import type { CredentialNames, NodeSettings } from './support/workflow.mts';

const PHONE = '+16502426055';
const DIGITS = '16502426055';
const EMAIL = 'nathan@example.com';
const OAUTH2 = 'Attentive, connected';
const PHONE_OF_ITEM = { phone: '={{ $json.phone }}', defaultCountry: 'US' };

let n8n: N8nClient;
let sandbox: Sandbox;

beforeAll(async () => {
	n8n = sharedN8n();
	sandbox = await startSandbox();
	await storeCredentials(n8n, sandbox);
});

afterAll(async () => {
	await sandbox.close();
});

beforeEach(() => {
	sandbox.reset({ settings: true });
});

function stateOf(provider: ProviderName, number = PHONE): string | undefined {
	return sandbox.person(provider, number).subscriber?.state;
}

interface Cell {
	title: string;
	provider: ProviderName;
	node: Pick<NodeSettings, 'type' | 'parameters'>;
	credentialType: string;
	variant?: string;
	given?: () => void;
	/** The one result for `PHONE`. */
	result: Record<string, unknown>;
	/** What the provider holds afterwards. */
	state?: string;
	/** What must be seen of the request. */
	request?: { method?: string; path?: RegExp };
}

const SKYCORE_FORMATS = [
	{ format: 'XML', sendAs: 'xml', method: 'POST' },
	{ format: 'GET', sendAs: 'get', method: 'GET' },
	{ format: 'form', sendAs: 'form', method: 'POST' },
];

/** Parameters with further entries in 'Additional Fields'. */
function withFields(parameters: Record<string, unknown>, fields: Record<string, unknown>): Record<string, unknown> {
	return { ...parameters, additionalFields: { ...(parameters['additionalFields'] as object | undefined), ...fields } };
}

function skycoreCells(type: string, outcome: string, state: string, extra: Record<string, unknown>, given?: () => void): Cell[] {
	return SKYCORE_FORMATS.map(({ format, sendAs, method }) => ({
		title: `${type}, Skycore by ${format}`,
		provider: 'skycore',
		node: {
			type,
			parameters: { provider: 'skycore', campaignReference: 'spring-sale', ...PHONE_OF_ITEM, ...withFields(extra, { sendAs }) },
		},
		credentialType: 'smsConsentSkycoreApi',
		...(given && { given }),
		result: { provider: 'skycore', outcome, phone: PHONE, campaign: 'spring-sale' },
		state,
		request: { method },
	}));
}

/** For accounts without campaign references: the required field is left empty. */
function skycoreByCampaignId(type: string, outcome: string, given?: () => void): Cell {
	return {
		title: `${type}, Skycore by campaign ID`,
		provider: 'skycore',
		node: { type, parameters: { provider: 'skycore', campaignReference: '', ...PHONE_OF_ITEM, additionalFields: { campaignId: '1116' } } },
		credentialType: 'smsConsentSkycoreApi',
		...(given && { given }),
		result: { provider: 'skycore', outcome, phone: PHONE, campaign: '1116' },
	};
}

const ATTENTIVE = { provider: 'attentive', ...PHONE_OF_ITEM };
const BY_SOURCE = { signUpUnit: 'sourceId', signUpSourceId: '245678' };
const BY_BOTH = { ...BY_SOURCE, signUpUnit: 'both', localeLanguage: 'en', localeCountry: 'US', subscriptionType: 'MARKETING' };
const BY_LOCALE = { signUpUnit: 'localeAndType', localeLanguage: 'en', localeCountry: 'US', subscriptionType: 'MARKETING' };

function attentiveCells(title: string, cell: Omit<Cell, 'title' | 'provider' | 'credentialType'>): Cell[] {
	return (['smsConsentAttentiveApi', 'smsConsentAttentiveOAuth2Api'] as const).map((credentialType) => ({
		...cell,
		title: `${title}, by ${credentialType === 'smsConsentAttentiveApi' ? 'API key' : 'OAuth2'}`,
		provider: 'attentive',
		credentialType,
		node: {
			...cell.node,
			parameters: { ...cell.node.parameters, attentiveAuthentication: credentialType === 'smsConsentAttentiveApi' ? 'apiKey' : 'oAuth2' },
		},
	}));
}

const seedAttentive = (state: 'subscribed' | 'optedOut') => () => void sandbox.seed({ provider: 'attentive', numbers: [DIGITS], state });
const seedVonage = () => void sandbox.seed({ provider: 'vonage', numbers: [DIGITS], state: 'optedOut', clear: true });

const VONAGE_FORMATS = [
	...['json', 'xml'].flatMap((answerFormat) => ['GET', 'POST'].map((method) => ({ answerFormat, method }))),
	{ answerFormat: 'json', method: 'POST_JSON' },
];

function vonageCells(type: string, extra: Record<string, unknown>, rest: Pick<Cell, 'result' | 'state'>): Cell[] {
	const base = { provider: 'vonage' as const, given: seedVonage, ...rest };
	const byFormat = VONAGE_FORMATS.map(
		({ answerFormat, method }): Cell => ({
			...base,
			title: `${type}, Vonage in ${answerFormat.toUpperCase()} by ${method}`,
			node: {
				type,
				parameters: { provider: 'vonage', vonageAuthentication: 'keyAndSecret', ...withFields(extra, { answerFormat, method }) },
			},
			credentialType: 'smsConsentVonageApi',
			variant: 'body',
			request: { method: method === 'GET' ? 'GET' : 'POST', path: new RegExp(`/${answerFormat}$`) },
		}),
	);
	const byPlacement = SECRET_PLACEMENTS.filter((placement) => placement !== 'body').map(
		(variant): Cell => ({
			...base,
			title: `${type}, Vonage with the secret placed in "${variant}"`,
			node: { type, parameters: { provider: 'vonage', vonageAuthentication: 'keyAndSecret', ...extra } },
			credentialType: 'smsConsentVonageApi',
			variant,
		}),
	);
	const bySignature = SIGNATURE_METHODS.map(
		(variant): Cell => ({
			...base,
			title: `${type}, Vonage signed with ${variant}`,
			node: { type, parameters: { provider: 'vonage', vonageAuthentication: 'signature', ...extra } },
			credentialType: 'smsConsentVonageSignatureApi',
			variant,
			given: () => {
				sandbox.configure({ vonage: { signatureMethod: variant, onlySigned: true } });
				seedVonage();
			},
		}),
	);
	return [...byFormat, ...byPlacement, ...bySignature];
}

const CELLS: Cell[] = [
	...skycoreCells('smsSubscribe', 'subscribed', 'subscribed', {}),
	skycoreByCampaignId('smsSubscribe', 'subscribed'),
	skycoreByCampaignId('smsUnsubscribe', 'unsubscribed', () => void sandbox.seed({ provider: 'skycore', numbers: [DIGITS] })),
	{
		// Without any credential the call would go to Voyage itself.
		title: 'smsSubscribe, Voyage without a key',
		provider: 'voyage',
		node: {
			type: 'smsSubscribe',
			parameters: { provider: 'voyage', voyageAuthentication: 'apiKey', campaignId: '1234', ...PHONE_OF_ITEM },
		},
		credentialType: 'smsConsentVoyageApi',
		variant: NO_KEY,
		result: { provider: 'voyage', outcome: 'subscribed', phone: PHONE, campaign: '1234' },
		state: 'subscribed',
	},
	{
		title: 'smsSubscribe, Voyage with an API key',
		provider: 'voyage',
		node: {
			type: 'smsSubscribe',
			parameters: { provider: 'voyage', voyageAuthentication: 'apiKey', campaignId: '5678', ...PHONE_OF_ITEM },
		},
		credentialType: 'smsConsentVoyageApi',
		given: () => sandbox.configure({ voyage: { apiKeyHeader: VOYAGE_HEADER } }),
		result: { provider: 'voyage', outcome: 'pending_confirmation', phone: PHONE, campaign: '5678' },
		state: 'pending',
	},
	...attentiveCells('smsSubscribe, Attentive by sign-up source', {
		node: { type: 'smsSubscribe', parameters: { ...ATTENTIVE, ...BY_SOURCE } },
		result: { provider: 'attentive', outcome: 'pending_confirmation', phone: PHONE },
		state: 'pending',
	}),
	...attentiveCells('smsSubscribe, Attentive by sign-up source, locale and type', {
		node: { type: 'smsSubscribe', parameters: { ...ATTENTIVE, ...BY_BOTH } },
		result: { provider: 'attentive', outcome: 'pending_confirmation', phone: PHONE, signUpSource: '245678' },
		state: 'pending',
	}),
	...attentiveCells('smsSubscribe, Attentive by locale and type', {
		node: {
			type: 'smsSubscribe',
			parameters: { ...ATTENTIVE, ...BY_LOCALE, additionalFields: { singleOptIn: true }, email: '={{ $json.email }}' },
		},
		result: { provider: 'attentive', phone: PHONE, email: EMAIL },
		state: 'subscribed',
	}),
	...skycoreCells(
		'smsUnsubscribe',
		'unsubscribed',
		'unsubscribed',
		{ additionalFields: { notify: 'no' } },
		() => void sandbox.seed({ provider: 'skycore', numbers: [DIGITS] }),
	),
	...attentiveCells('smsUnsubscribe, Attentive from everything', {
		node: { type: 'smsUnsubscribe', parameters: { ...ATTENTIVE, unsubscribeFrom: 'everything' } },
		given: seedAttentive('subscribed'),
		result: { provider: 'attentive', outcome: 'unsubscribed', phone: PHONE },
		state: 'unsubscribed',
	}),
	...attentiveCells('smsUnsubscribe, Attentive from one subscription', {
		node: {
			type: 'smsUnsubscribe',
			parameters: {
				...ATTENTIVE,
				unsubscribeFrom: 'chosen',
				subscriptions: { subscription: [{ channel: 'TEXT', type: 'MARKETING' }] },
				additionalFields: { confirmationText: false },
			},
		},
		given: seedAttentive('subscribed'),
		result: { provider: 'attentive', outcome: 'unsubscribed', phone: PHONE },
		state: 'unsubscribed',
	}),
	...attentiveCells('smsQueryOptOuts, Attentive by phone number', {
		node: { type: 'smsQueryOptOuts', parameters: { ...ATTENTIVE, lookUpBy: 'phone' } },
		given: seedAttentive('optedOut'),
		result: { provider: 'attentive', action: 'query', outcome: 'not_eligible', phone: PHONE },
	}),
	...attentiveCells('smsQueryOptOuts, Attentive by email address', {
		node: { type: 'smsQueryOptOuts', parameters: { provider: 'attentive', lookUpBy: 'email', email: '={{ $json.email }}' } },
		result: { provider: 'attentive', action: 'query', outcome: 'not_subscribed', email: EMAIL },
	}),
	...vonageCells(
		'smsQueryOptOuts',
		{ returnAll: true },
		{ result: { provider: 'vonage', action: 'query', outcome: 'opted_out', phone: PHONE, optedOutAt: '2024-01-01T00:00:00Z' } },
	),
	...skycoreCells('smsResubscribe', 'resubscribed', 'subscribed', { freshConsent: true }, () => {
		sandbox.configure({ skycore: { resubscribeAfterStop: 'accept' } });
		sandbox.seed({ provider: 'skycore', numbers: [DIGITS], state: 'optedOut' });
	}),
	...attentiveCells('smsResubscribe, Attentive', {
		node: { type: 'smsResubscribe', parameters: { ...ATTENTIVE, ...BY_SOURCE, freshConsent: true } },
		given: seedAttentive('optedOut'),
		result: { provider: 'attentive', action: 'resubscribe', phone: PHONE },
		state: 'pending',
	}),
	...vonageCells(
		'smsResubscribe',
		{
			...PHONE_OF_ITEM,
			freshConsent: '={{ $json.asked }}',
			additionalFields: { consentEvidence: { evidence: { evidenceSource: 'Web form', evidenceTime: '2026-01-02T03:04:05Z' } } },
		},
		{
			result: {
				provider: 'vonage',
				outcome: 'resubscribed',
				phone: PHONE,
				evidenceSource: 'Web form',
				evidenceTime: '2026-01-02T03:04:05Z',
				evidenceText: null,
			},
			state: 'resubscribed',
		},
	),
];

const PERSON = { phone: '(650) 242-6055', email: EMAIL, asked: true, note: 'from the CRM' };

function referenceOf({ credentialType, variant = '' }: Cell, quality: 'good' | 'bad'): CredentialNames {
	if (credentialType === 'smsConsentAttentiveOAuth2Api') return { [credentialType]: OAUTH2 };
	return { [credentialType]: nameOf({ type: credentialType, variant }, quality) };
}

async function runCell(cell: Cell, quality: 'good' | 'bad') {
	if (cell.credentialType === 'smsConsentAttentiveOAuth2Api') await connectOAuth2(n8n, OAUTH2, sandbox);
	cell.given?.();
	// The sandbox forgets the tokens it gave out, as a provider that ends a connection.
	if (cell.credentialType === 'smsConsentAttentiveOAuth2Api' && quality === 'bad') sandbox.reset();
	return await runAction(n8n, [PERSON], { ...cell.node, credentials: referenceOf(cell, quality) });
}

describe('good credentials', () => {
	test.each(CELLS.map((cell) => [cell.title, cell] as const))('%s', async (_, cell) => {
		const { items, failures, execution } = await runCell(cell, 'good');
		expect(failures.map(({ json }) => json)).toEqual([]);
		expect(execution.status).toBe('success');
		expect(items).toHaveLength(1);
		expect(items[0]!.json).toMatchObject(cell.result);
		expect(items[0]!.pairedItem).toEqual({ item: 0 });
		if (cell.state !== undefined) expect(stateOf(cell.provider)).toBe(cell.state);
		const asked = sandbox.state().providers[cell.provider].requests.at(-1);
		if (cell.request?.method !== undefined) expect(asked?.method).toBe(cell.request.method);
		if (cell.request?.path !== undefined) expect(asked?.path).toMatch(cell.request.path);
	});
});

describe('bad credentials: a sentence per item, nothing done', () => {
	test.each(CELLS.filter(({ variant }) => variant !== NO_KEY).map((cell) => [cell.title, cell] as const))('%s', async (_, cell) => {
		const { items, failures } = await runCell(cell, 'bad');
		expect(items).toEqual([]);
		expect(failures).toHaveLength(1);
		const failure = failureIn(failures[0]!);
		expect(failure).toMatchObject({ item: 0, provider: cell.provider, kind: 'credentials', sent: 'not sent' });
		expect(failure.message).toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
		expect(failure.remedy).toMatch(/credential|key|secret|signature|connect/i);
		expect(JSON.stringify(failures)).not.toContain(WRONG);
		expect(sandbox.state().providers[cell.provider].counters.acted).toBe(0);
	});
});

describe('the button "Test" of a credential', () => {
	const pairs = credentialPairs({ baseUrls: baseUrlsAt('') });

	function dataOf(type: string, variant: string, quality: 'good' | 'bad'): Record<string, unknown> {
		if (type === 'smsConsentVoyageApi') sandbox.configure({ voyage: { apiKeyHeader: variant === NO_KEY ? '' : VOYAGE_HEADER } });
		if (type === 'smsConsentVonageSignatureApi') sandbox.configure({ vonage: { signatureMethod: variant as 'md5', onlySigned: true } });
		return credentialPairs(sandbox).find((pair) => pair.type === type && pair.variant === variant)![quality];
	}

	test.each(pairs.map(({ type, variant }) => [type, variant]))('%s %s is green when all is well', async (type, variant) => {
		expect(await n8n.testCredential({ name: 'Under test', type, data: dataOf(type, variant, 'good') })).toMatchObject({ status: 'OK' });
		expect(Object.values(sandbox.state().providers).map(({ counters }) => counters.acted)).toEqual([0, 0, 0, 0]);
	});

	test.each(pairs.map(({ type, variant }) => [type, variant]))(
		'%s %s is red with a helpful text when the secret is wrong',
		async (type, variant) => {
			const result = await n8n.testCredential({ name: 'Under test', type, data: dataOf(type, variant, 'bad') });
			expect(result.status).toBe('Error');
			expect(result.message).toMatch(variant === NO_KEY ? /Base URL/ : /key|secret|signature/i);
			expect(result.message).not.toContain(WRONG);
			expect(result.message).toMatch(/[a-z]+ [a-z]+ [a-z]+ [a-z]+/i);
		},
	);

	test.each(pairs.filter(({ good }) => 'baseUrl' in good).map(({ type, variant }) => [type, variant]))(
		'%s %s is red when nobody answers at the base URL',
		async (type, variant) => {
			const data = { ...dataOf(type, variant, 'good'), baseUrl: 'http://127.0.0.1:9/' };
			const result = await n8n.testCredential({ name: 'Under test', type, data });
			expect(result.status).toBe('Error');
			expect(result.message).toMatch(/[a-z]+ [a-z]+/i);
		},
	);

	test.each(pairs.filter(({ good }) => 'baseUrl' in good).map(({ type, variant }) => [type, variant]))(
		'%s %s sends no key over plain http to another machine',
		async (type, variant) => {
			const data = { ...dataOf(type, variant, 'good'), baseUrl: 'http://example.com/' };
			const result = await n8n.testCredential({ name: 'Under test', type, data });
			expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(/https/) });
		},
	);

	test('smsConsentAttentiveOAuth2Api is green once connected, red when Attentive has ended the connection', async () => {
		await connectOAuth2(n8n, OAUTH2, sandbox);
		const stored = await storedCredential(n8n, OAUTH2);
		expect(await n8n.testCredential(stored)).toMatchObject({ status: 'OK' });
		sandbox.reset();
		const ended = await n8n.testCredential(stored);
		expect(ended).toMatchObject({ status: 'Error', message: expect.stringMatching(/connect/i) });
	});
});

describe('the error output', () => {
	const skycore = (parameters: Record<string, unknown> = {}): NodeSettings => ({
		type: 'smsSubscribe',
		parameters: { provider: 'skycore', campaignReference: '={{ $json.campaign }}', ...PHONE_OF_ITEM, ...parameters },
		credentials: { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' },
	});

	const MIXED = [
		{ id: 1, phone: '650 242 6001', campaign: 'spring-sale' },
		{ id: 2, phone: 'call me', campaign: 'spring-sale' },
		{ id: 3, phone: '+1 650 242 6003', campaign: 'no-such-campaign' },
		{ id: 4, phone: '16502426004', campaign: 'loyalty-club' },
		{ id: 5, phone: '6505550114', campaign: 'spring-sale' },
		{ id: 6, phone: 16502426006, campaign: 'spring-sale' },
	];

	test('keeps the data, the order and the pairing of every item', async () => {
		const { items, failures } = await runAction(n8n, MIXED, skycore());
		expect(items.map(({ json, pairedItem }) => [json['phone'], json['campaign'], pairedItem])).toEqual([
			['+16502426001', 'spring-sale', { item: 0 }],
			['+16502426004', 'loyalty-club', { item: 3 }],
			['+16502426006', 'spring-sale', { item: 5 }],
		]);
		expect(failures.map(({ json }) => [json['id'], failureIn({ json }).item])).toEqual([
			[2, 1],
			[3, 2],
			[5, 4],
		]);
		expect(failures.map(({ json }) => json)).toMatchObject([MIXED[1], MIXED[2], MIXED[4]]);
		expect(failures.map(failureIn)).toMatchObject([
			{ kind: 'number', sent: 'not sent' },
			{ kind: 'input', code: 'E721', sent: 'not sent', campaign: 'no-such-campaign' },
			{ kind: 'opted-out', code: 'E114', sent: 'not sent' },
		]);
		for (const failure of failures) expect(failureIn(failure).remedy).toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
		expect(
			sandbox
				.state()
				.providers.skycore.subscribers.map(({ number }) => number)
				.sort(),
		).toEqual(['16502426001', '16502426004', '16502426006']);
	});

	test('with "Continue", failed items stand in their place', async () => {
		const { items } = await runAction(n8n, MIXED, { ...skycore(), onError: 'continueRegularOutput' });
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(MIXED.map((_, item) => ({ item })));
		expect(items.map(({ json }) => ('error' in json ? 'failed' : json['outcome']))).toEqual([
			'subscribed',
			'failed',
			'failed',
			'subscribed',
			'failed',
			'subscribed',
		]);
	});

	test('without it, the node calls nobody while an item cannot be read', async () => {
		const { execution, items } = await runAction(n8n, MIXED, { ...skycore(), onError: 'stopWorkflow' });
		expect(execution.status).toBe('error');
		expect(items).toEqual([]);
		const { message, description } = execution.resultData.error ?? {};
		expect(message).toMatch(/Phone Number/);
		expect(description).toMatch(/This is item 2 of 6\. Nobody was called/);
		expect(sandbox.state().providers.skycore.counters.requests).toBe(0);
	});

	test('without it, the node stops at the first refusal and says who was sent and who was not', async () => {
		const readable = MIXED.filter(({ id }) => id !== 2);
		const { execution, items } = await runAction(n8n, readable, {
			...skycore({ options: { concurrentCalls: 1 } }),
			onError: 'stopWorkflow',
		});
		expect(execution.status).toBe('error');
		expect(items).toEqual([]);
		const { description } = execution.resultData.error ?? {};
		expect(description).toMatch(/This is item 2 of 5\. Item 1 of 5: done\./);
		expect(description).toMatch(/Items 2-5 \(4 of 5\): not sent\./);
		expect(sandbox.state().providers.skycore.counters.acted).toBe(1);
	});

	test('a person twice in the list is sent once, and both items get the answer', async () => {
		const { items } = await runAction(n8n, [MIXED[0]!, MIXED[3]!, { ...MIXED[0]!, id: 7, phone: '+1 (650) 242-6001' }], skycore());
		expect(items.map(({ json }) => json['outcome'])).toEqual(['subscribed', 'subscribed', 'subscribed']);
		expect(sandbox.person('skycore', '16502426001').requests).toBe(1);
	});

	test('"Retry On Fail" sends nothing and says why', async () => {
		const { items, failures } = await runAction(n8n, MIXED.slice(0, 1), {
			...skycore(),
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 100,
		});
		expect(items).toEqual([]);
		expect(failureIn(failures[0]!).message).toMatch(/Retry On Fail/);
		const stopped = await runAction(n8n, MIXED.slice(0, 1), {
			...skycore(),
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 100,
			onError: 'stopWorkflow',
		});
		expect(stopped.execution.resultData.error?.message).toMatch(/Retry On Fail/);
		expect(sandbox.state().providers.skycore.counters.requests).toBe(0);
	});

	test('a query may be retried by n8n', async () => {
		sandbox.configure({ vonage: { faults: [{ kind: 'http', status: 400, times: 1 }] } });
		const { items } = await runAction(n8n, [PERSON], {
			type: 'smsQueryOptOuts',
			parameters: { provider: 'vonage', returnAll: true },
			credentials: { smsConsentVonageApi: nameOf({ type: 'smsConsentVonageApi', variant: 'body' }, 'good') },
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 100,
			onError: 'stopWorkflow',
		});
		expect(items).toHaveLength(6);
	});

	test('a missing permission is named', async () => {
		const credentials = await store(n8n, {
			name: 'Attentive, read only',
			type: 'smsConsentAttentiveApi',
			data: { apiKey: ATTENTIVE_READ_ONLY_KEY, baseUrl: sandbox.baseUrls.attentive },
		});
		const { failures } = await runAction(n8n, [PERSON], { type: 'smsUnsubscribe', parameters: { ...ATTENTIVE }, credentials });
		const failure = failureIn(failures[0]!);
		expect(failure).toMatchObject({ kind: 'permission', sent: 'not sent', httpStatus: 403 });
		expect(`${failure.message} ${failure.remedy}`).toMatch(/subscriptions:write/);
	});
});

describe('consent first', () => {
	test('nobody is brought back without the statement, even where an expression leaves it out', async () => {
		const { failures, items } = await runAction(
			n8n,
			[{ ...PERSON, asked: true }, { phone: '650 242 6002' }, { phone: '650 242 6003', asked: 'yes' }],
			{
				type: 'smsResubscribe',
				parameters: { provider: 'skycore', campaignReference: 'spring-sale', ...PHONE_OF_ITEM, freshConsent: '={{ $json.asked }}' },
				credentials: { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' },
			},
		);
		expect(items).toHaveLength(1);
		expect(failures.map((failure) => failureIn(failure).message)).toEqual(
			Array(2).fill(expect.stringMatching(/The Person Asked to Come Back/)),
		);
		expect(sandbox.state().providers.skycore.counters.requests).toBe(1);
	});

	test('Subscribe never brings back who texted STOP', async () => {
		sandbox.seed({ provider: 'skycore', numbers: [DIGITS] });
		sandbox.text({ provider: 'skycore', from: DIGITS, text: 'STOP', campaign: 'spring-sale' });
		sandbox.seed({ provider: 'attentive', numbers: [DIGITS], state: 'optedOut' });
		const viaSkycore = await runAction(n8n, [PERSON], {
			type: 'smsSubscribe',
			parameters: { provider: 'skycore', campaignReference: 'spring-sale', ...PHONE_OF_ITEM },
			credentials: { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' },
		});
		expect(failureIn(viaSkycore.failures[0]!)).toMatchObject({ kind: 'not-eligible', code: 'E904' });
		const viaAttentive = await runAction(n8n, [PERSON], {
			type: 'smsSubscribe',
			parameters: { ...ATTENTIVE, ...BY_SOURCE },
			credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi good' },
		});
		expect(failureIn(viaAttentive.failures[0]!)).toMatchObject({ kind: 'not-eligible', sent: 'not sent' });
		expect(stateOf('skycore')).toBe('unsubscribed');
		expect(stateOf('attentive')).toBe('unsubscribed');
	});

	test('Attentive texts nobody who is subscribed already', async () => {
		sandbox.seed({ provider: 'attentive', numbers: [DIGITS] });
		const { items } = await runAction(n8n, [PERSON], {
			type: 'smsSubscribe',
			parameters: { ...ATTENTIVE, ...BY_SOURCE },
			credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi good' },
		});
		expect(items.map(({ json }) => json['outcome'])).toEqual(['already_subscribed']);
		expect(sandbox.person('attentive', PHONE).texts).toBe(0);
	});
});

describe('a list of opt-outs', () => {
	const query = (parameters: Record<string, unknown>): NodeSettings => ({
		type: 'smsQueryOptOuts',
		parameters: { provider: 'vonage', ...parameters },
		credentials: { smsConsentVonageApi: nameOf({ type: 'smsConsentVonageApi', variant: 'body' }, 'good') },
	});

	test('of 1,250 people in pages of 100 is complete, each once', async () => {
		sandbox.seed({ provider: 'vonage', count: 1_250, state: 'optedOut', clear: true });
		const { items } = await runAction(n8n, [PERSON], query({ returnAll: true, options: { callsPerSecond: 0 } }));
		expect(new Set(items.map(({ json }) => json['phone'])).size).toBe(1_250);
		expect(items).toHaveLength(1_250);
	});

	test.each(['total', 'page'] as const)(
		'of 250 people is complete where Vonage gives 99 at a time, whatever its count means: %s',
		async (countMeans) => {
			sandbox.configure({ vonage: { maxPageSize: 99, countMeans } });
			sandbox.seed({ provider: 'vonage', count: 250, state: 'optedOut', clear: true });
			for (const answerFormat of ['json', 'xml']) {
				const { items } = await runAction(
					n8n,
					[PERSON],
					query({ returnAll: true, additionalFields: { answerFormat }, options: { callsPerSecond: 0 } }),
				);
				expect(new Set(items.map(({ json }) => json['phone'])).size).toBe(250);
				expect(items).toHaveLength(250);
			}
		},
	);

	test('ends at the limit, and keeps to the dates', async () => {
		sandbox.seed({ provider: 'vonage', count: 300, state: 'optedOut', clear: true });
		const limited = await runAction(n8n, [PERSON], query({ returnAll: false, limit: 7 }));
		expect(limited.items).toHaveLength(7);
		const dated = await runAction(
			n8n,
			[PERSON],
			query({ returnAll: true, filters: { since: '2024-01-02T00:00:00Z', until: '2024-01-03T00:00:00Z' } }),
		);
		expect(dated.items.length).toBeGreaterThan(0);
		for (const { json } of dated.items) expect(String(json['optedOutAt'])).toMatch(/^2024-01-0(2T|3T00:00:00)/);
	});
});

describe('Include Input Fields', () => {
	const CONTACT = {
		name: 'Ada',
		phone: '(650) 242-6055',
		contact_phone: 'at work',
		outcome: 'lead',
		error: 'mail bounced',
		raw: { from: 'the CRM' },
		tags: ['a', 'b'],
		eventId: 7,
		empty: null,
		asked: true,
		email: EMAIL,
	};
	/** The contact's own columns, in their order; each that has the name of one of ours, or of n8n's for failures, is renamed. */
	const KEPT = {
		name: 'Ada',
		contact_contact_phone: '(650) 242-6055',
		contact_phone: 'at work',
		contact_outcome: 'lead',
		contact_error: 'mail bounced',
		contact_raw: { from: 'the CRM' },
		tags: ['a', 'b'],
		contact_eventId: 7,
		empty: null,
		asked: true,
		contact_email: EMAIL,
	};
	const options = { includeInputFields: true };
	const credentials = { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' };
	const SKYCORE = { provider: 'skycore', campaignReference: 'spring-sale', ...PHONE_OF_ITEM, options };

	const NODES: Array<[node: string, outcome: string, settings: NodeSettings, given: () => void]> = [
		['SMS Subscribe', 'subscribed', { type: 'smsSubscribe', parameters: SKYCORE, credentials }, () => undefined],
		[
			'SMS Unsubscribe',
			'unsubscribed',
			{ type: 'smsUnsubscribe', parameters: SKYCORE, credentials },
			() => void sandbox.seed({ provider: 'skycore', numbers: [DIGITS] }),
		],
		[
			'SMS Resubscribe',
			'resubscribed',
			{ type: 'smsResubscribe', parameters: { ...SKYCORE, freshConsent: '={{ $json.asked }}' }, credentials },
			() => undefined,
		],
		[
			'SMS Query Opt-Outs',
			'not_eligible',
			{
				type: 'smsQueryOptOuts',
				parameters: { ...ATTENTIVE, lookUpBy: 'phone', options },
				credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi good' },
			},
			seedAttentive('optedOut'),
		],
	];

	test.each(NODES)('%s: the contact first, then the result, and nothing is lost', async (_, outcome, settings, given) => {
		given();
		const { items, failures } = await runAction(n8n, [CONTACT], settings);
		expect(failures).toEqual([]);
		expect(items).toHaveLength(1);
		const [{ json }] = items as [{ json: Record<string, unknown> }];
		expect(Object.keys(json)).toEqual([...Object.keys(KEPT), ...Object.keys(RESULT_COLUMNS)]);
		expect(json).toMatchObject({ ...KEPT, phone: PHONE, outcome, raw: null, eventId: expect.stringMatching(/^[0-9a-f]{64}$/) });
	});

	test('each result of a list stands beside the item that asked for it', async () => {
		sandbox.seed({ provider: 'vonage', numbers: [DIGITS, '16502426056'], state: 'optedOut', clear: true });
		const { items } = await runAction(n8n, [{ run: 1 }, { run: 2 }], {
			type: 'smsQueryOptOuts',
			parameters: { provider: 'vonage', returnAll: true, options },
			credentials: { smsConsentVonageApi: 'smsConsentVonageApi body good' },
		});
		expect(items.map(({ json }) => [json['run'], json['phone']])).toEqual([
			[1, PHONE],
			[1, '+16502426056'],
			[2, PHONE],
			[2, '+16502426056'],
		]);
	});

	test('a failed item carries its contact too, and a duplicate its own', async () => {
		const people = [
			{ id: 1, phone: PHONE },
			{ id: 2, phone: DIGITS },
			{ id: 3, phone: 'call me' },
		];
		const { items, failures } = await runAction(n8n, people, { type: 'smsSubscribe', parameters: SKYCORE, credentials });
		expect(items.map(({ json }) => [json['id'], json['contact_phone'], json['phone'], json['duplicateOfItem']])).toEqual([
			[1, PHONE, PHONE, null],
			[2, DIGITS, PHONE, 0],
		]);
		expect(failures.map(({ json }) => json)).toMatchObject([{ id: 3, phone: 'call me', error: { item: 2 } }]);
	});

	test('without it, a result has the same columns whatever came in', async () => {
		const { items } = await runAction(n8n, [CONTACT], { type: 'smsSubscribe', parameters: { ...SKYCORE, options: {} }, credentials });
		expect(items.map(({ json }) => Object.keys(json))).toEqual([Object.keys(RESULT_COLUMNS)]);
	});
});

test('a sandbox that dies in the middle of a sync: what was sent is reported as sent, the rest says why it was not', async () => {
	const people = Array.from({ length: 60 }, (_, index) => ({ id: index, phone: `+1650242${7000 + index}` }));
	const mortal = await startSandbox({ config: { skycore: { latencyMs: 40 } } });
	const credentials = await store(n8n, {
		name: 'Skycore, mortal',
		type: 'smsConsentSkycoreApi',
		data: { apiKey: DEFAULTS.skycore.apiKeys[0]!, baseUrl: mortal.baseUrls.skycore },
	});
	const executionId = await startAction(n8n, people, {
		type: 'smsSubscribe',
		parameters: {
			provider: 'skycore',
			campaignReference: 'spring-sale',
			phone: '={{ $json.phone }}',
			options: { callsPerSecond: 25, concurrentCalls: 4, maximumWaitingTime: 2 },
		},
		credentials,
		onError: 'continueErrorOutput',
	});
	const acted = (): number => mortal.state().providers.skycore.counters.acted;
	const deadline = Date.now() + 20_000;
	while (acted() < 15 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
	await mortal.close();
	const { items, failures, execution } = await finishedAction(n8n, executionId);

	expect(execution.status).toBe('success');
	expect(items.length).toBeGreaterThanOrEqual(10);
	expect(items.length + failures.length).toBe(people.length);
	const held = new Set(mortal.state().providers.skycore.subscribers.map(({ number }) => `+${number}`));
	for (const { json } of items) {
		expect(json['outcome']).toBe('subscribed');
		expect(held).toContain(json['phone']);
	}
	const failedAs = (sent: string) => failures.filter((failure) => failureIn(failure).sent === sent);
	for (const failure of failures) {
		expect(failureIn(failure).message).toMatch(/Skycore|not sent/i);
		expect(failure.json['id']).toBe(failureIn(failure).item);
	}
	for (const { json } of failedAs('not sent')) expect(held).not.toContain(json['phone']);
	expect(failedAs('unknown').length).toBeLessThanOrEqual(4);
	for (const failure of failedAs('unknown')) expect(failureIn(failure).remedy).toMatch(/check/i);
});
