/** What a person does in n8n's editor, in a real browser. Look at the pictures in e2e/artefacts. */
import path from 'node:path';

import type { Browser } from 'playwright-core';

import { PROVIDERS_AT_START } from '../demo/accounts.mts';
import { exampleOf, LEDGER, readExamples } from '../demo/examples.mts';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import type { N8nClient } from '../n8n/client.mts';
import { findProjectDir } from '../n8n/runtime.mts';
import { Editor, startBrowser } from './support/browser.mts';
import {
	attentiveOAuth2,
	credentialPairs,
	nameOf,
	POSTBACK_SECRET,
	store,
	storeCredentials,
	VOYAGE_HEADER,
	WRONG,
} from './support/credentials.mts';
import { BOTH_INPUTS, CHECK, checkNode, CONTACTS, EVENTS, listNode, to, workflowOf } from './support/consentCheck.mts';
import { dropTable, importExample, rowsOf, storeExampleCredentials, succeeded } from './support/example.mts';
import { call } from './support/http.mts';
import { skycoreBody } from './support/postback.mts';
import { sharedN8n } from './support/running.mts';
import { liveTrigger } from './support/trigger.mts';
import { waitUntil } from './support/waiting.mts';
import { actionWorkflow, TRIGGER_NODE } from './support/workflow.mts';

const NODES = ['SMS Subscribe', 'SMS Unsubscribe', 'SMS Query Opt-Outs', 'SMS Resubscribe', CHECK];
/** The panel leaves the word Trigger out. */
const TRIGGER = 'SMS Postback';
const PHONE = '+16502426055';
const DIGITS = '16502426055';

let n8n: N8nClient;
let sandbox: Sandbox;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	n8n = sharedN8n();
	sandbox = await startSandbox();
	await storeCredentials(n8n, sandbox);
	browser = await startBrowser();
});

afterAll(async () => {
	await browser.close();
	await sandbox.close();
});

beforeEach(async () => {
	sandbox.reset({ settings: true });
	editor = await Editor.open(browser, n8n);
});

afterEach(async () => {
	await editor.close();
	expect(editor.complaints).toEqual([]);
});

/** A credential that works, under a name as people give it. */
async function storedForPictures(type: string, name: string): Promise<Record<string, string>> {
	return await store(n8n, { name, type, data: credentialPairs(sandbox).find((pair) => pair.type === type)!.good });
}

describe('the panel of nodes', () => {
	const SUBSCRIBE = 'SMS Subscribe';
	const UNSUBSCRIBE = 'SMS Unsubscribe';
	const QUERY = 'SMS Query Opt-Outs';
	const RESUBSCRIBE = 'SMS Resubscribe';

	test.each<[string, string[]]>([
		['sms', [...NODES, TRIGGER]],
		['opt', [...NODES, TRIGGER]],
		['opt out', [...NODES, TRIGGER]],
		['Opt-In', [...NODES, TRIGGER]],
		['texting', [...NODES, TRIGGER]],
		['text marketing', [...NODES, TRIGGER]],
		['TCPA', [...NODES, TRIGGER]],
		['stop', [...NODES, TRIGGER]],
		['consent', [...NODES, TRIGGER]],
		['double opt in', [SUBSCRIBE, RESUBSCRIBE, TRIGGER]],
		['opted out', [CHECK, QUERY, UNSUBSCRIBE, TRIGGER]],
		['who opted out', [CHECK, QUERY, TRIGGER]],
		['do not text', [CHECK, QUERY, UNSUBSCRIBE, TRIGGER]],
		['suppression', [CHECK, QUERY, UNSUBSCRIBE, TRIGGER]],
		['may be texted', [CHECK]],
		['ledger', [CHECK]],
		['quiet hours', [CHECK]],
		['unsubscribe', [UNSUBSCRIBE, TRIGGER]],
		['win back', [RESUBSCRIBE]],
		['postback', [TRIGGER]],
		['skycore', [SUBSCRIBE, UNSUBSCRIBE, RESUBSCRIBE, CHECK, TRIGGER]],
		['voyage', [SUBSCRIBE, CHECK]],
		['attentive', [...NODES, TRIGGER]],
		['vonage', [QUERY, RESUBSCRIBE, CHECK, TRIGGER]],
		['nexmo', [QUERY, RESUBSCRIBE, CHECK, TRIGGER]],
	])('finds by "%s" what does that', async (words, wanted) => {
		await editor.goTo('/workflow/new');
		await editor.part('canvas-plus-button').or(editor.part('canvas-add-button')).first().click();
		const found = await editor.search(words);
		await editor.picture(`panel ${words}`);
		expect(found).toEqual(expect.arrayContaining(wanted));
	});
});

describe('credentials made by hand', () => {
	const TYPES: Array<{
		title: string;
		type: string;
		variant?: string;
		texts: string[];
		choices?: Record<string, string>;
		secret: string;
		broken?: string;
	}> = [
		{ title: 'SMS Consent Skycore API', type: 'smsConsentSkycoreApi', texts: ['apiKey', 'baseUrl'], secret: 'apiKey' },
		{ title: 'SMS Consent Voyage API', type: 'smsConsentVoyageApi', texts: ['apiKey', 'headerName', 'baseUrl'], secret: 'apiKey' },
		{ title: 'SMS Consent Attentive API', type: 'smsConsentAttentiveApi', texts: ['apiKey', 'baseUrl'], secret: 'apiKey' },
		{
			title: 'SMS Consent Vonage API',
			type: 'smsConsentVonageApi',
			variant: 'basic',
			texts: ['apiKey', 'apiSecret', 'baseUrl'],
			choices: { placement: 'Authorization Header' },
			secret: 'apiSecret',
		},
		{
			title: 'SMS Consent Vonage Signature API',
			type: 'smsConsentVonageSignatureApi',
			variant: 'sha256',
			texts: ['apiKey', 'signatureSecret', 'baseUrl'],
			choices: { method: 'HMAC-SHA256' },
			secret: 'signatureSecret',
		},
		{ title: 'SMS Consent Postback Secret API', type: 'smsConsentPostbackSecretApi', texts: ['secret'], secret: 'secret', broken: 'short' },
		{
			title: 'SMS Consent Attentive Signing Key API',
			type: 'smsConsentAttentiveSigningKeyApi',
			texts: ['signingKey'],
			secret: 'signingKey',
			broken: '   ',
		},
	];

	test.each(TYPES.map((each) => [each.title, each] as const))(
		'%s: green with the right secret, red with a wrong one',
		async (title, { type, variant = '', texts, choices = {}, secret, broken = WRONG }) => {
			sandbox.configure({ voyage: { apiKeyHeader: VOYAGE_HEADER }, vonage: { signatureMethod: 'sha256' } });
			const { good } = credentialPairs(sandbox).find((pair) => pair.type === type && pair.variant === variant)!;
			await editor.newCredential(title);
			await editor.picture(`credential ${title} empty`);
			for (const name of texts) await editor.write(name, String(good[name]));
			for (const [name, choice] of Object.entries(choices)) await editor.choose(name, choice);

			expect(await editor.saveCredential()).toMatchObject({ green: true });
			await editor.picture(`credential ${title} green`);

			await editor.write(secret, broken);
			const refused = await editor.saveCredential();
			await editor.picture(`credential ${title} red`);
			expect(refused.green).toBe(false);
			expect(refused.text).toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
			expect(refused.text).toMatch(/key|secret|signature/i);
		},
	);

	test('SMS Consent Attentive OAuth2 API: connected through the provider’s page', async () => {
		const entered = attentiveOAuth2(sandbox);
		await editor.newCredential('SMS Consent Attentive OAuth2 API');
		for (const [name, value] of Object.entries(entered)) await editor.write(name, String(value));
		await editor.picture('credential SMS Consent Attentive OAuth2 API filled in');
		const popup = editor.page.waitForEvent('popup');
		await editor.page
			.getByRole('button', { name: /connect/i })
			.first()
			.click();
		await popup;
		await editor.part('oauth-connect-success-banner').waitFor();
		await editor.picture('credential SMS Consent Attentive OAuth2 API connected');
	});
});

describe('a node filled in by hand', () => {
	interface Form {
		node: string;
		type: string;
		provider: string;
		credential: { type: string; variant?: string };
		given?: () => void;
		fill: (editor: Editor) => Promise<void>;
		outcome: string;
	}

	const campaignAndPhone = async (form: Editor): Promise<void> => {
		await form.write('campaignReference', 'spring-sale');
		await form.write('phone', PHONE);
	};
	const sourceAndPhone = async (form: Editor): Promise<void> => {
		await form.write('signUpSourceId', '245678');
		await form.write('phone', PHONE);
	};
	const seed = (provider: 'skycore' | 'attentive' | 'vonage', state: 'subscribed' | 'optedOut') => () =>
		void sandbox.seed({ provider, numbers: [DIGITS], state, clear: true });

	const FORMS: Form[] = [
		{
			node: 'SMS Subscribe',
			type: 'smsSubscribe',
			provider: 'Skycore',
			credential: { type: 'smsConsentSkycoreApi' },
			fill: campaignAndPhone,
			outcome: 'subscribed',
		},
		{
			node: 'SMS Subscribe',
			type: 'smsSubscribe',
			provider: 'Attentive',
			credential: { type: 'smsConsentAttentiveApi' },
			fill: sourceAndPhone,
			outcome: 'pending_confirmation',
		},
		{
			node: 'SMS Subscribe',
			type: 'smsSubscribe',
			provider: 'Voyage',
			credential: { type: 'smsConsentVoyageApi' },
			given: () => sandbox.configure({ voyage: { apiKeyHeader: VOYAGE_HEADER } }),
			fill: async (form) => {
				await form.choose('voyageAuthentication', 'API Key');
				await form.write('campaignId', '1234');
				await form.write('phone', PHONE);
			},
			outcome: 'subscribed',
		},
		{
			node: 'SMS Unsubscribe',
			type: 'smsUnsubscribe',
			provider: 'Skycore',
			credential: { type: 'smsConsentSkycoreApi' },
			given: seed('skycore', 'subscribed'),
			fill: campaignAndPhone,
			outcome: 'unsubscribed',
		},
		{
			node: 'SMS Unsubscribe',
			type: 'smsUnsubscribe',
			provider: 'Attentive',
			credential: { type: 'smsConsentAttentiveApi' },
			given: seed('attentive', 'subscribed'),
			fill: async (form) => await form.write('phone', PHONE),
			outcome: 'unsubscribed',
		},
		{
			node: 'SMS Query Opt-Outs',
			type: 'smsQueryOptOuts',
			provider: 'Attentive',
			credential: { type: 'smsConsentAttentiveApi' },
			given: seed('attentive', 'optedOut'),
			fill: async (form) => await form.write('phone', PHONE),
			outcome: 'not_eligible',
		},
		{
			node: 'SMS Query Opt-Outs',
			type: 'smsQueryOptOuts',
			provider: 'Vonage',
			credential: { type: 'smsConsentVonageApi', variant: 'body' },
			given: seed('vonage', 'optedOut'),
			fill: async () => undefined,
			outcome: 'opted_out',
		},
		{
			node: 'SMS Resubscribe',
			type: 'smsResubscribe',
			provider: 'Skycore',
			credential: { type: 'smsConsentSkycoreApi' },
			given: () => {
				sandbox.configure({ skycore: { resubscribeAfterStop: 'accept' } });
				sandbox.seed({ provider: 'skycore', numbers: [DIGITS], state: 'optedOut' });
			},
			fill: async (form) => {
				await form.toggle('freshConsent');
				await campaignAndPhone(form);
			},
			outcome: 'resubscribed',
		},
		{
			node: 'SMS Resubscribe',
			type: 'smsResubscribe',
			provider: 'Attentive',
			credential: { type: 'smsConsentAttentiveApi' },
			given: seed('attentive', 'optedOut'),
			fill: async (form) => {
				await form.toggle('freshConsent');
				await sourceAndPhone(form);
			},
			outcome: 'pending_confirmation',
		},
		{
			node: 'SMS Resubscribe',
			type: 'smsResubscribe',
			provider: 'Vonage',
			credential: { type: 'smsConsentVonageApi', variant: 'body' },
			given: seed('vonage', 'optedOut'),
			fill: async (form) => {
				await form.toggle('freshConsent');
				await form.write('phone', PHONE);
			},
			outcome: 'resubscribed',
		},
	];

	test.each(FORMS.map((form) => [form.node, form.provider, form] as const))(
		'%s at %s: the result, then the error output',
		async (node, provider, form) => {
			const id = await n8n.importWorkflow(
				actionWorkflow(
					`${node} at ${provider} by hand`,
					[{ note: 'first' }],
					{ type: form.type, parameters: {}, onError: 'continueErrorOutput' },
					node,
				),
			);
			form.given?.();
			await editor.openNode(id, node);
			await editor.choose('provider', provider);
			await form.fill(editor);
			await editor.chooseCredential(nameOf({ variant: '', ...form.credential }, 'good'));
			await editor.picture(`${node} ${provider} filled in`);

			await editor.executeStep();
			await editor.output.getByText(form.outcome, { exact: true }).first().waitFor();
			await editor.picture(`${node} ${provider} result`);

			await editor.chooseCredential(nameOf({ variant: '', ...form.credential }, 'bad'));
			await editor.executeStep();
			await editor.showErrorBranch();
			await editor.output.getByText('remedy').first().waitFor();
			await editor.picture(`${node} ${provider} error`);
		},
	);

	interface CollectionForm extends Omit<Form, 'outcome'> {
		title: string;
		/** Of what the node gave out first. */
		result: Record<string, unknown>;
		/** Looks at what the provider got. */
		check?: () => void;
	}

	const dataAtProvider = (provider: 'skycore' | 'voyage') => sandbox.person(provider, PHONE).subscriber?.detail;
	const lastQuery = () => sandbox.state().providers.vonage.requests.at(-1);

	const EVIDENCE = { evidenceSource: 'Web form', evidenceText: 'Yes, text me again', evidencePage: 'https://example.com/texts' };

	const COLLECTIONS: CollectionForm[] = [
		{
			title: 'SMS Subscribe at Skycore: Profile Data, Subscriber Reference and Options',
			node: 'SMS Subscribe',
			type: 'smsSubscribe',
			provider: 'Skycore',
			credential: { type: 'smsConsentSkycoreApi' },
			fill: async (form) => {
				await campaignAndPhone(form);
				await form.addField('Additional Fields', 'Profile Data');
				await form.addPair('profileData', 'FIRST_NAME', 'Ada');
				await form.addPair('profileData', 'CITY', 'Oslo & Rome');
				await form.addField('Additional Fields', 'Subscriber Reference');
				await form.write('subscriberReference', 'C-001');
				await form.addField('Options', 'Include Raw Answer');
				await form.toggle('includeRawAnswer');
				await form.addField('Options', 'Calls per Second');
				await form.write('callsPerSecond', '3');
			},
			result: { outcome: 'subscribed', raw: expect.stringMatching(/^\{.*\}$/) },
			check: () =>
				expect(dataAtProvider('skycore')).toMatchObject({ subscriberRef: 'C-001', data: { FIRST_NAME: 'Ada', CITY: 'Oslo & Rome' } }),
		},
		{
			title: 'SMS Subscribe at Skycore: Campaign ID in place of the reference',
			node: 'SMS Subscribe',
			type: 'smsSubscribe',
			provider: 'Skycore',
			credential: { type: 'smsConsentSkycoreApi' },
			fill: async (form) => {
				await form.write('phone', PHONE);
				await form.addField('Additional Fields', 'Campaign ID');
				await form.write('campaignId', '1116');
				await form.field('campaignReference').waitFor({ state: 'hidden' });
			},
			result: { outcome: 'subscribed', campaign: '1116' },
		},
		{
			title: 'SMS Subscribe at Voyage: Attributes',
			node: 'SMS Subscribe',
			type: 'smsSubscribe',
			provider: 'Voyage',
			credential: { type: 'smsConsentVoyageApi' },
			given: () => sandbox.configure({ voyage: { apiKeyHeader: VOYAGE_HEADER } }),
			fill: async (form) => {
				await form.choose('voyageAuthentication', 'API Key');
				await form.write('campaignId', '1234');
				await form.write('phone', PHONE);
				await form.addField('Additional Fields', 'Attributes');
				await form.addPair('attributes', 'first_name', 'Ada');
			},
			result: { outcome: 'subscribed' },
			check: () => expect(dataAtProvider('voyage')).toMatchObject({ attributes: { first_name: 'Ada' } }),
		},
		{
			title: 'SMS Unsubscribe at Attentive: chosen Subscriptions',
			node: 'SMS Unsubscribe',
			type: 'smsUnsubscribe',
			provider: 'Attentive',
			credential: { type: 'smsConsentAttentiveApi' },
			given: () => {
				for (const campaign of ['245678', '245679']) sandbox.seed({ provider: 'attentive', numbers: [DIGITS], campaign });
			},
			fill: async (form) => {
				await form.write('phone', PHONE);
				await form.choose('unsubscribeFrom', 'Chosen');
				await form.addEntry('subscriptions');
				await form.choose('type', 'Transactional');
			},
			result: { outcome: 'unsubscribed' },
			check: () => {
				const states = ['MARKETING', 'TRANSACTIONAL'].map((type) => sandbox.person('attentive', PHONE, type).subscriber?.state);
				expect(states).toEqual(['subscribed', 'unsubscribed']);
			},
		},
		{
			title: 'SMS Query Opt-Outs at Vonage: Additional Fields',
			node: 'SMS Query Opt-Outs',
			type: 'smsQueryOptOuts',
			provider: 'Vonage',
			credential: { type: 'smsConsentVonageApi', variant: 'body' },
			given: seed('vonage', 'optedOut'),
			fill: async (form) => {
				await form.addField('Additional Fields', 'Answer Format');
				await form.choose('answerFormat', 'XML');
				await form.addField('Additional Fields', 'Method');
				await form.choose('method', 'GET');
			},
			result: { outcome: 'opted_out', phone: PHONE },
			check: () => expect(lastQuery()).toMatchObject({ method: 'GET', path: expect.stringMatching(/\/xml$/) }),
		},
		{
			title: 'SMS Resubscribe at Vonage: Consent Evidence',
			node: 'SMS Resubscribe',
			type: 'smsResubscribe',
			provider: 'Vonage',
			credential: { type: 'smsConsentVonageApi', variant: 'body' },
			given: seed('vonage', 'optedOut'),
			fill: async (form) => {
				await form.toggle('freshConsent');
				await form.write('phone', PHONE);
				await form.addField('Additional Fields', 'Consent Evidence');
				await form.addEntry('consentEvidence');
				await form.picture('consent evidence after one click');
				for (const name of [...Object.keys(EVIDENCE), 'evidenceTime']) expect(await form.field(name).isVisible()).toBe(true);
				for (const [name, text] of Object.entries(EVIDENCE)) await form.write(name, text);
			},
			result: { outcome: 'resubscribed', ...EVIDENCE },
		},
	];

	test.each(COLLECTIONS.map((form) => [form.title, form] as const))(
		'%s',
		async (title, { node, type, provider, credential, given, fill, result, check }) => {
			const id = await n8n.importWorkflow(actionWorkflow(`${title}, by hand`, [{ note: 'first' }], { type, parameters: {} }, node));
			given?.();
			await editor.openNode(id, node);
			await editor.choose('provider', provider);
			await fill(editor);
			await editor.chooseCredential(nameOf({ variant: '', ...credential }, 'good'));
			await editor.picture(`${title} filled in`);

			await editor.executeStep();
			await editor.output.getByText(String(result['outcome']), { exact: true }).first().waitFor();
			const [run] = await n8n.executions(id);
			expect(rowsOf(succeeded(await n8n.execution(run!.id)), node)).toMatchObject([result]);
			check?.();
		},
	);

	test('an empty form says what is missing', async () => {
		const id = await n8n.importWorkflow(
			actionWorkflow('SMS Subscribe, empty', [{ note: 'first' }], { type: 'smsSubscribe', parameters: {} }, 'SMS Subscribe'),
		);
		await editor.openNode(id, 'SMS Subscribe');
		await editor.chooseCredential('smsConsentSkycoreApi good');
		await editor.executeStep();
		for (const field of ['Campaign Reference', 'Phone Number'])
			await editor.page.getByText(`Parameter "${field}" is required`).first().waitFor();
		await editor.picture('SMS Subscribe empty');
	});

	test('a list with one number that is none: the others are subscribed, and that one says why not', async () => {
		const people = [
			{ name: 'Anna', phone: '(650) 242-6055' },
			{ name: 'Ben', phone: '650.242.4956' },
			{ name: 'Carla', phone: '+44 20 7183 8750' },
			{ name: 'Dan', phone: '555-12' },
		];
		const parameters = { provider: 'skycore', campaignReference: 'spring-sale', phone: '={{ $json.phone }}', defaultCountry: 'US' };
		const credentials = await storedForPictures('smsConsentSkycoreApi', 'Skycore account');
		const settings = { type: 'smsSubscribe', parameters, credentials, onError: 'continueErrorOutput' } as const;
		await editor.openNode(
			await n8n.importWorkflow(actionWorkflow('SMS Subscribe, a list', people, settings, 'SMS Subscribe')),
			'SMS Subscribe',
		);
		await editor.executeStep();
		await editor.output.getByText('+442071838750').first().waitFor();
		await editor.picture('SMS Subscribe list results', 'the node');
		await editor.showErrorBranch();
		await editor.output.getByText("'Phone Number' holds").first().waitFor();
		await editor.picture('SMS Subscribe list failures', 'the node');
	});
});

test('SMS Consent Check parts a list, and says since when and why', async () => {
	const contacts = [
		{ name: 'Amelia', phone: '(650) 555-0101' },
		{ name: 'Tara', phone: '(512) 555-0118' },
		{ name: 'Ben', phone: '650.555.0102' },
		{ name: 'Dan', phone: '555-12' },
	];
	const event = { provider: 'skycore', channel: 'sms', campaign: 'spring-sale', source: 'MO', occurredAt: '2026-05-03T10:00:00.000Z' };
	const events = [
		{ ...event, action: 'opt-in', phone: '+16505550101', eventId: 'one' },
		{ ...event, action: 'opt-out', phone: '+15125550118', text: 'STOP', eventId: 'two' },
	];
	const nodes = [...listNode(CONTACTS, contacts), ...listNode(EVENTS, events), checkNode()].map((node) => ({
		...node,
		position: [node.position[0], node.position[1] + (node.name.startsWith(EVENTS) ? 240 : 0)] as [number, number],
	}));
	const wires = {
		...BOTH_INPUTS,
		Start: [[to(`${CONTACTS} as text`), to(`${EVENTS} as text`)]],
		[`${EVENTS} as text`]: [[to(EVENTS)]],
	};
	const workflow = workflowOf('SMS Consent Check in the editor', nodes, wires);
	const id = await n8n.importWorkflow(workflow);
	await editor.openWorkflow(id, workflow);
	expect(await editor.executeWorkflow()).toMatch(/success/i);
	await editor.picture('SMS Consent Check canvas');
	await editor.look(CHECK);
	await editor.picture('SMS Consent Check form');
	await editor.output.getByText('Opted Out Branch').first().click();
	await editor.output.getByText('texted STOP at Skycore on May 3, 2026').first().waitFor();
	await editor.picture('SMS Consent Check results', 'the node');
});

describe('the trigger', () => {
	test('listens in the editor and shows the event', async () => {
		await storedForPictures('smsConsentPostbackSecretApi', 'Secret that Skycore knows');
		const trigger = await liveTrigger(n8n, 'Trigger by hand', { parameters: {}, activate: false });
		await editor.openNode(trigger.id, TRIGGER_NODE);
		await editor.chooseCredential('Secret that Skycore knows');
		await editor.picture('SMS Postback Trigger filled in', 'the node');
		await editor.executeStep();
		await waitUntil(async () => {
			const { status } = await call(`${trigger.testUrl}?token=${POSTBACK_SECRET}`, {
				headers: { 'content-type': 'text/xml' },
				body: skycoreBody({ mobile: DIGITS }),
			});
			return status === 200;
		});
		await editor.output.getByText('opt-out', { exact: true }).first().waitFor();
		await editor.picture('SMS Postback Trigger event', 'the node');
	});

	test('listens for the campaigns alone that were entered as a filter', async () => {
		const trigger = await liveTrigger(n8n, 'Trigger with a filter by hand', {
			parameters: { provider: 'skycore' },
			credentials: { smsConsentPostbackSecretApi: 'smsConsentPostbackSecretApi good' },
			activate: false,
		});
		await editor.openNode(trigger.id, TRIGGER_NODE);
		await editor.addField('Filters', 'Campaigns');
		await editor.write('campaigns', 'spring-sale');
		await editor.picture('SMS Postback Trigger filter filled in');
		await editor.executeStep();
		const post = async (campaign: string): Promise<number> => {
			const body = skycoreBody({ mobile: DIGITS, campaign });
			return (await call(`${trigger.testUrl}?token=${POSTBACK_SECRET}`, { headers: { 'content-type': 'text/xml' }, body })).status;
		};
		await waitUntil(async () => (await post('loyalty-club')) === 200);
		await waitUntil(async () => (await post('spring-sale')) === 200);
		await editor.output.getByText('spring-sale', { exact: true }).first().waitFor();
		expect(await editor.output.getByText('loyalty-club').count()).toBe(0);
	});

	test('offers the sources of Skycore to choose from, and the words of Opt-Out Assist at Vonage', async () => {
		const trigger = await liveTrigger(n8n, 'Trigger with lists by hand', { parameters: {}, activate: false });
		await editor.openNode(trigger.id, TRIGGER_NODE);
		await editor.addField('Filters', 'Sources');
		await editor.chooseSeveral('sources', ['MO (Text Message)', 'Web']);
		await editor.addField('Keywords', 'Opt-Out Words');
		await editor.write('optOutWords', 'baja');
		await editor.picture('SMS Postback Trigger sources and keywords');
		await editor.choose('provider', 'Vonage');
		await editor.addField('Keywords', 'Opt-In Words');
		expect(await editor.field('optInWords').locator('input').first().inputValue()).toBe('START, JOIN, UNSTOP');
		await editor.picture('SMS Postback Trigger Vonage keywords');
	});

	test.each(['Attentive', 'Vonage'])('shows what to do at %s', async (provider) => {
		const trigger = await liveTrigger(n8n, `Trigger for ${provider} by hand`, { parameters: {}, activate: false });
		await editor.openNode(trigger.id, TRIGGER_NODE);
		await editor.choose('provider', provider);
		await editor.part('node-parameters').getByText(`At ${provider}:`).first().waitFor();
		await editor.picture(`SMS Postback Trigger ${provider}`);
		await editor.scrollTo('Allowed Addresses');
		await editor.picture(`SMS Postback Trigger ${provider} end of the form`);
	});

	test('asks for both credentials while it registers its webhook at Attentive', async () => {
		const trigger = await liveTrigger(n8n, 'Trigger that registers by hand', {
			parameters: { provider: 'attentive', registerWebhook: true },
			activate: false,
		});
		await editor.openNode(trigger.id, TRIGGER_NODE);
		for (const name of ['SMS Consent Attentive Signing Key API', 'SMS Consent Attentive API'])
			await editor.part('node-parameters').getByText(`Credential for ${name}`).first().waitFor();
		await editor.picture('SMS Postback Trigger Attentive registers');
	});

	test('is published, and its runs stand in the list of executions', async () => {
		const trigger = await liveTrigger(n8n, 'Trigger, published by hand', {
			parameters: { provider: 'skycore' },
			credentials: { smsConsentPostbackSecretApi: 'smsConsentPostbackSecretApi good' },
			activate: false,
		});
		await editor.goTo(`/workflow/${trigger.id}`);
		await editor.part('workflow-open-publish-modal-button').click();
		await editor.part('workflow-publish-button').click();
		await waitUntil(async () => {
			const { status } = await call(`${trigger.url}?token=${POSTBACK_SECRET}`, {
				headers: { 'content-type': 'text/xml' },
				body: skycoreBody({ mobile: DIGITS }),
			});
			return status === 200;
		});
		await editor.goTo(`/workflow/${trigger.id}/executions`);
		await editor.page
			.getByText(/Succeeded/)
			.first()
			.waitFor();
		// n8n shows the run in a frame.
		await waitUntil(async () =>
			(await Promise.all(editor.page.frames().map(async (frame) => await frame.locator('[data-test-id="canvas-node"]').count()))).some(
				(nodes) => nodes > 0,
			),
		);
		await editor.picture('SMS Postback Trigger executions');
		await trigger.deactivate();
	});
});

describe('the examples', () => {
	const examples = readExamples(findProjectDir());
	/** What an example leaves to its user, as its note says. */
	const LEFT_OPEN: Readonly<Record<string, string[]>> = {
		'ai-agent-with-approval.json': ['Model'],
		'consent-ledger-on-postgresql.json': ['Copy them', 'Make the table', 'Write once per event'],
		'crm-to-sms-sync-on-postgresql.json': ['Their events', 'Write down who is asked', 'Write the refusals', 'Write the results'],
	};

	beforeEach(async () => {
		await dropTable(n8n, LEDGER.table);
		sandbox.configure(PROVIDERS_AT_START);
		await storeExampleCredentials(n8n, sandbox);
	});

	test.each(examples.map(({ file }) => file))('%s opens with every node and credential in place', async (file) => {
		const nodeTypes = new Set((await n8n.nodeTypes()).map(({ name }) => name));
		const credentialTypes = new Set((await n8n.rest<Array<{ name: string }>>('GET', '/types/credentials.json')).map(({ name }) => name));
		for (const { type, credentials = {} } of exampleOf(examples, file).nodes) {
			expect(nodeTypes).toContain(type);
			for (const name of Object.keys(credentials)) expect(credentialTypes).toContain(name);
		}

		await editor.importFile(file, exampleOf(examples, file));
		await editor.picture(`example ${path.basename(file, '.json')}`);
		// What is left open, n8n fills in by itself where it has one account of that kind.
		const leftOpen = LEFT_OPEN[file] ?? [];
		expect((await editor.nodesWithIssues()).filter((name) => !leftOpen.includes(name))).toEqual([]);

		// n8n looks for missing credentials when it opens what is stored.
		const { id, workflow } = await importExample(n8n, file);
		await editor.openWorkflow(id, workflow);
		await editor.picture(`example ${path.basename(file, '.json')} stored`);
		expect((await editor.nodesWithIssues()).sort()).toEqual(leftOpen);
	});

	test('a credential or a node that is not there would be marked', async () => {
		const workflow = structuredClone(exampleOf(examples, 'two-way-opt-out-sync.json'));
		delete workflow.id;
		for (const node of workflow.nodes) {
			if (node.name === 'Unsubscribe at Skycore') delete node.credentials;
			if (node.name === 'Unsubscribe at Attentive') node.type = 'n8n-nodes-sms-consent.smsNoSuchNode';
		}
		const { id } = await n8n.rest<{ id: string }>('POST', '/rest/workflows', { ...workflow, name: 'Example with something missing' });
		await editor.openWorkflow(id, workflow);
		await editor.picture('example with something missing');
		expect((await editor.nodesWithIssues()).sort()).toEqual(['Unsubscribe at Attentive', 'Unsubscribe at Skycore']);
	});

	test('crm-to-sms-sync.json runs at the press of a button, and shows who was subscribed', async () => {
		await editor.importFile('sync.json', exampleOf(examples, 'crm-to-sms-sync.json'));
		expect(await editor.executeWorkflow()).toMatch(/success/i);
		await editor.look('Results');
		await editor.output.getByText('+16505550101').first().waitFor();
		await editor.picture('example crm-to-sms-sync results');
		expect(sandbox.person('skycore', '+16505550101').subscriber?.state).toBe('subscribed');
	});

	test('who-may-i-text-tonight.json answers after one click', async () => {
		await editor.importFile('tonight.json', exampleOf(examples, 'who-may-i-text-tonight.json'));
		expect(await editor.executeWorkflow()).toMatch(/success/i);
		await editor.picture('example who-may-i-text-tonight results');
		await editor.look('Not known');
		await editor.output.getByText('+15125550118').first().waitFor();
	});

	test('win-back-with-fresh-consent.json runs at the press of a button, and says why somebody is not back', async () => {
		sandbox.seed({ provider: 'skycore', numbers: ['16505550141'], state: 'optedOut' });
		await editor.importFile('win-back.json', exampleOf(examples, 'win-back-with-fresh-consent.json'));
		expect(await editor.executeWorkflow()).toMatch(/success/i);
		await editor.look('Problems');
		await editor.output.getByText('E904').first().waitFor();
		await editor.picture('example win-back problems');
		expect(sandbox.person('vonage', '+15558937009').subscriber?.state).toBe('resubscribed');
		expect(sandbox.person('skycore', '+16505550141').subscriber?.state).toBe('unsubscribed');
	});
});

test('the page of the stand-ins keeps what somebody types, and says who said what to whom', async () => {
	const page = await browser.newPage();
	await page.goto(sandbox.url);
	await page.locator('input[name=from]').fill('+12125550123');
	await page.locator('input[name=text]').fill('please sto');
	sandbox.text({ provider: 'vonage', from: '15125550118', text: 'hello there' });
	await page.locator('#vonage').getByText('hello there').waitFor();
	expect(await page.locator('input[name=text]').inputValue()).toBe('please sto');
	await page.locator('select[name=provider]').selectOption('vonage');
	await page.locator('input[name=text]').fill('STOP');
	await page.getByRole('button', { name: 'Send text' }).click();
	await page.getByRole('status').getByText('+12125550123 wrote “STOP” to Vonage.').waitFor();
	expect(await page.locator('input[name=from]').inputValue()).toBe('+12125550123');
	expect(sandbox.person('vonage', '12125550123').subscriber?.state).toBe('optedOut');
	await page.close();
});
