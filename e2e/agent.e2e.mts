/** The action nodes as tools of an AI agent, whose model is a script: what it is offered, and what it gets back. */
import type { Browser } from 'playwright-core';

import { startSandbox, type ProviderName, type Sandbox } from '../sandbox/server.mts';
import type { N8nClient } from '../n8n/client.mts';
import { Editor, startBrowser } from './support/browser.mts';
import { ATTENTIVE_KEY, SKYCORE_KEY, store, storeCredentials, WRONG } from './support/credentials.mts';
import { importExample, rowsOf, startExampleProviders, succeeded } from './support/example.mts';
import { sharedN8n } from './support/running.mts';
import { startScriptedModel, type ModelTurn, type ScriptedModel } from './support/scriptedModel.mts';
import { AGENT_NODE, agentWorkflow, START_NODE, type CredentialNames, type NodeSettings } from './support/workflow.mts';

const PERSON = '(650) 555-0181';
const PHONE = '+16505550181';
const SENTENCE = /[a-z]+ [a-z]+ [a-z]+/i;

let n8n: N8nClient;
let model: ScriptedModel;
let modelCredential: CredentialNames;

beforeAll(async () => {
	n8n = sharedN8n();
	model = await startScriptedModel();
	modelCredential = await store(n8n, model.credential);
});

afterAll(async () => {
	await model.close();
});

function stateAt(sandbox: Sandbox, provider: ProviderName): string | undefined {
	return sandbox.person(provider, PHONE).subscriber?.state;
}

/** What a tool gave back, which must be JSON. */
function resultOf(call: number): Array<Record<string, unknown>> {
	return JSON.parse(model.toolResults()[call] ?? 'The tool was not called') as Array<Record<string, unknown>>;
}

/** What a tool gave back in place of a result. */
function errorOf(call: number): string {
	const [answer, ...more] = resultOf(call);
	expect(more).toEqual([]);
	expect(Object.keys(answer ?? {})).toEqual(['error']);
	return String(answer?.['error']);
}

function expectNoSecretTold(): void {
	for (const secret of [SKYCORE_KEY, ATTENTIVE_KEY, WRONG]) expect(model.heard()).not.toContain(secret);
}

describe('tools with arguments from the model', () => {
	const FROM_MODEL = { phone: "={{ $fromAI('phone', `The phone number, as the user wrote it`, 'string') }}", defaultCountry: 'US' };
	const SKYCORE = { provider: 'skycore', campaignReference: 'spring-sale', ...FROM_MODEL };
	const TOOLS: Record<string, NodeSettings> = {
		Subscribe: { type: 'smsSubscribe', parameters: SKYCORE, credentials: { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' } },
		Unsubscribe: {
			type: 'smsUnsubscribe',
			parameters: { ...SKYCORE, additionalFields: { notify: 'no' } },
			credentials: { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' },
		},
		'Look up': {
			type: 'smsQueryOptOuts',
			parameters: { provider: 'attentive', lookUpBy: 'phone', ...FROM_MODEL },
			credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi good' },
		},
		'Opt-out list': {
			type: 'smsQueryOptOuts',
			parameters: { provider: 'vonage', returnAll: true },
			credentials: { smsConsentVonageApi: 'smsConsentVonageApi body good' },
		},
		'Bring back': {
			type: 'smsResubscribe',
			parameters: {
				provider: 'vonage',
				...FROM_MODEL,
				freshConsent: "={{ $fromAI('asked', `Whether this person asked to come back`, 'boolean') }}",
			},
			credentials: { smsConsentVonageApi: 'smsConsentVonageApi body good' },
		},
		'Bring back with words of the model': {
			type: 'smsResubscribe',
			parameters: {
				provider: 'vonage',
				...FROM_MODEL,
				freshConsent: true,
				additionalFields: {
					consentEvidence: { evidence: { evidenceText: "={{ $fromAI('words', `What the person said`, 'string') }}" } },
				},
			},
			credentials: { smsConsentVonageApi: 'smsConsentVonageApi body good' },
		},
		'Subscribe with words of the model': {
			type: 'smsSubscribe',
			parameters: {
				...SKYCORE,
				additionalFields: {
					consentEvidence: { evidence: { evidenceSource: "={{ $fromAI('source', `Where they agreed`, 'string') }}" } },
				},
			},
			credentials: { smsConsentSkycoreApi: 'smsConsentSkycoreApi good' },
		},
		'Look up with a wrong key': {
			type: 'smsQueryOptOuts',
			parameters: { provider: 'attentive', lookUpBy: 'phone', ...FROM_MODEL },
			credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi bad' },
		},
	};

	let sandbox: Sandbox;
	let workflowId: string;

	beforeAll(async () => {
		sandbox = await startSandbox();
		await storeCredentials(n8n, sandbox);
		workflowId = await n8n.importWorkflow(agentWorkflow('Agent with tools', modelCredential, TOOLS));
	});

	afterAll(async () => {
		await sandbox.close();
	});

	beforeEach(() => {
		sandbox.reset({ settings: true });
		for (const provider of ['attentive', 'vonage'] as const)
			sandbox.seed({ provider, numbers: [PHONE.slice(1)], state: 'optedOut', clear: true });
	});

	async function play(...turns: ModelTurn[]): Promise<void> {
		model.follow(...turns, { say: 'That was all' });
		const execution = succeeded(await n8n.waitForExecution(await n8n.runWorkflow(workflowId, START_NODE)));
		expect(rowsOf(execution, AGENT_NODE)).toEqual([{ output: 'That was all' }]);
		expect(model.turnsLeft()).toBe(0);
		expectNoSecretTold();
	}

	test('say what they do and which arguments they take', async () => {
		await play();
		const offered = Object.fromEntries(model.offeredTools().map((tool) => [tool.name, tool]));
		expect(Object.keys(offered).sort()).toEqual([
			'Bring_back',
			'Bring_back_with_words_of_the_model',
			'Look_up',
			'Look_up_with_a_wrong_key',
			'Opt-out_list',
			'Subscribe',
			'Subscribe_with_words_of_the_model',
			'Unsubscribe',
		]);
		expect(offered['Subscribe']?.description).toMatch(/consent/);
		expect(offered['Look_up']?.description).toMatch(/Only reads/);
		expect(offered['Subscribe']?.parameters).toMatchObject({ properties: { phone: { type: 'string' } }, required: ['phone'] });
		expect(offered['Bring_back']?.parameters).toMatchObject({ properties: { phone: { type: 'string' }, asked: { type: 'boolean' } } });
	});

	test('give structured results', async () => {
		await play(
			{ tool: 'Look_up', input: { phone: PERSON } },
			{ tool: 'Opt-out_list', input: {} },
			{ tool: 'Subscribe', input: { phone: PERSON } },
			{ tool: 'Unsubscribe', input: { phone: PERSON } },
			{ tool: 'Bring_back', input: { phone: PERSON, asked: true } },
		);
		expect(resultOf(0)).toMatchObject([{ provider: 'attentive', action: 'query', outcome: 'not_eligible', phone: PHONE }]);
		expect(resultOf(1)).toMatchObject([{ provider: 'vonage', action: 'query', outcome: 'opted_out', phone: PHONE }]);
		expect(resultOf(2)).toMatchObject([
			{ provider: 'skycore', action: 'subscribe', outcome: 'subscribed', phone: PHONE, campaign: 'spring-sale' },
		]);
		expect(resultOf(3)).toMatchObject([{ provider: 'skycore', action: 'unsubscribe', outcome: 'unsubscribed', phone: PHONE }]);
		expect(resultOf(4)).toMatchObject([{ provider: 'vonage', action: 'resubscribe', outcome: 'resubscribed', phone: PHONE }]);
		expect([stateAt(sandbox, 'skycore'), stateAt(sandbox, 'vonage')]).toEqual(['unsubscribed', 'resubscribed']);
	});

	test('never take the evidence of a consent from the model', async () => {
		await play(
			{ tool: 'Bring_back_with_words_of_the_model', input: { phone: PERSON, words: 'Please text me again' } },
			{ tool: 'Subscribe_with_words_of_the_model', input: { phone: PERSON, source: 'Web form' } },
		);
		for (const call of [0, 1])
			expect(errorOf(call)).toMatch(/'Consent Evidence' would be filled in by the AI model .* Take it from a column/);
		expect(stateAt(sandbox, 'vonage')).toBe('optedOut');
		expect(Object.values(sandbox.state().providers).map(({ counters }) => counters.requests)).toEqual([0, 0, 0, 0]);
	});

	test('give each call an eventId of its own, so that a table keeps them all', async () => {
		const calls = ['(650) 555-0182', '(650) 555-0183', '(650) 555-0182'];
		await play(...calls.map((phone) => ({ tool: 'Subscribe', input: { phone } })));
		const ids = calls.map((_, call) => resultOf(call)[0]?.['eventId']);
		await play({ tool: 'Subscribe', input: { phone: '(650) 555-0182' } });
		expect(new Set([...ids, resultOf(0)[0]?.['eventId']]).size).toBe(4);
	});

	test('give errors that say what happened and what to do, and do nothing', async () => {
		sandbox.seed({ provider: 'skycore', numbers: [PHONE.slice(1)], state: 'optedOut' });
		await play(
			{ tool: 'Subscribe', input: { phone: 'call me' } },
			{ tool: 'Subscribe', input: { phone: PERSON } },
			{ tool: 'Bring_back', input: { phone: PERSON, asked: false } },
			{ tool: 'Look_up_with_a_wrong_key', input: { phone: PERSON } },
		);
		expect(errorOf(0)).toMatch(/^'Phone Number' holds "call me".*\. .*(Enter|Write|Give|Correct|Check)/);
		expect(errorOf(1)).toMatch(/opted out|STOP/);
		expect(errorOf(1)).toMatch(/keyword/);
		expect(errorOf(2)).toMatch(/asked|consent/i);
		expect(errorOf(3)).toMatch(/^Attentive refused the API key\. .*credential/i);
		for (const call of [0, 1, 2, 3]) expect(errorOf(call).split('. ').at(-1)).toMatch(SENTENCE);
		expect([stateAt(sandbox, 'skycore'), stateAt(sandbox, 'vonage')]).toEqual(['unsubscribed', 'optedOut']);
		expect(Object.values(sandbox.state().providers).map(({ counters }) => counters.acted)).toEqual([0, 0, 0, 0]);
	});
});

describe('ai-agent-with-approval.json', () => {
	const FILE = 'ai-agent-with-approval.json';
	const WRITE = { toolParameters: { phone: PERSON }, hitlParameters: {} };
	let sandbox: Sandbox;
	let browser: Browser;
	let editor: Editor;
	let workflowId: string;

	beforeAll(async () => {
		sandbox = await startExampleProviders(n8n);
		browser = await startBrowser();
		workflowId = (await importExample(n8n, FILE, {}, { Model: modelCredential })).id;
	});

	afterAll(async () => {
		await browser.close();
		await sandbox.close();
	});

	beforeEach(async () => {
		sandbox.reset({ settings: true });
		editor = await Editor.open(browser, n8n);
		await editor.openChat(workflowId);
	});

	afterEach(async () => {
		await editor.close();
		expectNoSecretTold();
		expect(editor.complaints).toEqual([]);
	});

	/** Waits for the question, which names tool and number, and looks that nothing was sent before the answer. */
	async function answer(tool: string, button: 'Approve' | 'Decline'): Promise<void> {
		const question = editor.chatAnswer(`“${tool}” for the number ${PERSON}`);
		await question.getByRole('button', { name: button }).waitFor();
		expect(sandbox.state().providers.attentive.counters.acted).toBe(0);
		await editor.picture(`agent asks before ${tool}`);
		await question.getByRole('button', { name: button }).click();
	}

	test('looks a person up where it subscribes them, and does so only after a person has approved', async () => {
		model.follow(
			{ tool: 'Look_up', input: { phone: PERSON } },
			{ tool: 'Subscribe', input: WRITE },
			{ say: 'They have been asked to reply Y.' },
		);
		await editor.say(`Does ${PERSON} get our texts? They agreed to get them.`);
		await answer('Subscribe', 'Approve');
		await editor.chatAnswer('They have been asked to reply Y.').waitFor();
		await editor.picture('agent has subscribed');

		expect(resultOf(0)).toMatchObject([{ provider: 'attentive', action: 'query', outcome: 'not_subscribed', phone: PHONE }]);
		expect(resultOf(1)).toMatchObject([{ provider: 'attentive', action: 'subscribe', outcome: 'pending_confirmation', phone: PHONE }]);
		expect(sandbox.person('attentive', PHONE)).toMatchObject({ acted: 1, texts: 1, subscriber: { state: 'pending' } });
	});

	test('texts nobody who is subscribed already, even when somebody approves it', async () => {
		sandbox.seed({ provider: 'attentive', numbers: [PHONE.slice(1)] });
		model.follow({ tool: 'Subscribe', input: WRITE }, { say: 'They get our texts already.' });
		await editor.say(`Subscribe ${PERSON}, they agreed.`);
		await answer('Subscribe', 'Approve');
		await editor.chatAnswer('They get our texts already.').waitFor();

		expect(resultOf(0)).toMatchObject([{ provider: 'attentive', outcome: 'already_subscribed', phone: PHONE }]);
		expect(sandbox.person('attentive', PHONE)).toMatchObject({ acted: 0, texts: 0 });
	});

	test.each(['Subscribe', 'Unsubscribe'])('sends nothing for %s when the person declines, and tells the model so', async (tool) => {
		model.follow({ tool, input: WRITE }, { say: 'Then I leave it.' });
		await editor.say(`${tool} ${PERSON}, please.`);
		await answer(tool, 'Decline');
		await editor.chatAnswer('Then I leave it.').waitFor();

		expect(JSON.stringify(resultOf(0))).toMatch(/rejected/);
		expect(sandbox.state().providers.attentive.counters.requests).toBe(0);
	});

	test('is told what to do when the approved person has opted out', async () => {
		sandbox.seed({ provider: 'attentive', numbers: [PHONE.slice(1)], state: 'optedOut' });
		model.follow({ tool: 'Subscribe', input: WRITE }, { say: 'They have to ask for it themselves.' });
		await editor.say(`Subscribe ${PERSON}, they agreed.`);
		await answer('Subscribe', 'Approve');
		await editor.chatAnswer('They have to ask for it themselves.').waitFor();

		expect(errorOf(0)).toMatch(/SMS Resubscribe|keyword|confirm/);
		expect(stateAt(sandbox, 'attentive')).toBe('unsubscribed');
		expect(sandbox.person('attentive', PHONE).texts).toBe(0);
	});
});
