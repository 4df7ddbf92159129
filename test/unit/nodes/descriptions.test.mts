import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import {
	type ICredentialType,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
	NodeHelpers,
} from 'n8n-workflow';

import type { Capability } from '../../../consent/provider.ts';
import { PROVIDERS } from '../../../providers/index.ts';

const ROOT = resolve(import.meta.dirname ?? __dirname, '../../..');
/** Fields besides the credential, and boxes. A form may get shorter; whoever makes one longer has to say so here. */
const SHOWN_AT_FIRST = {
	'SMS Subscribe, attentive': [10, 1],
	'SMS Subscribe, skycore': [6, 1],
	'SMS Subscribe, vonage': [1, 1],
	'SMS Subscribe, voyage': [7, 1],
	'SMS Unsubscribe, attentive': [8, 0],
	'SMS Unsubscribe, skycore': [6, 0],
	'SMS Unsubscribe, vonage': [1, 1],
	'SMS Unsubscribe, voyage': [1, 1],
	'SMS Query Opt-Outs, attentive': [7, 0],
	'SMS Query Opt-Outs, skycore': [1, 1],
	'SMS Query Opt-Outs, vonage': [7, 0],
	'SMS Query Opt-Outs, voyage': [1, 1],
	'SMS Resubscribe, attentive': [10, 1],
	'SMS Resubscribe, skycore': [7, 1],
	'SMS Resubscribe, vonage': [7, 0],
	'SMS Resubscribe, voyage': [1, 1],
};

const FOLDERS = readdirSync(join(ROOT, 'nodes')).filter((name) => existsSync(join(ROOT, 'nodes', name, `${name}.node.ts`)));

interface Loaded {
	folder: string;
	file: string;
	description: INodeTypeDescription;
	node: INodeType;
}

async function load(folder: string): Promise<Loaded> {
	const file = join(ROOT, 'nodes', folder, `${folder}.node.ts`);
	const loaded = (await import(file)) as Record<string, new () => INodeType>;
	const Node = loaded[folder];
	if (Node === undefined) throw new Error(`${file} exports no class ${folder}`);
	const node = new Node();
	return { folder, file, node, description: node.description };
}

/** What each node does with a provider; SMS Consent Check asks none of them. */
const CAPABILITY_OF: Record<string, Capability> = {
	SmsSubscribe: 'subscribe',
	SmsUnsubscribe: 'unsubscribe',
	SmsQueryOptOuts: 'query',
	SmsResubscribe: 'resubscribe',
	SmsPostbackTrigger: 'postback',
};

/** By the names that people know. */
function ableProvidersOf({ folder }: Loaded): string[] {
	const capability = CAPABILITY_OF[folder];
	return Object.values(PROVIDERS).flatMap(({ displayName, capabilities }) =>
		capability !== undefined && capabilities[capability].can ? [displayName] : [],
	);
}

/** What a form shows with every entry left alone, once this provider is chosen. */
function shownAsItOpens(description: INodeTypeDescription, provider: string): INodeProperties[] {
	const { properties } = description;
	const chosen = { ...Object.fromEntries(properties.map((field) => [field.name, field.default as string])), provider };
	return properties.filter((field) => NodeHelpers.displayParameter(chosen, field, { typeVersion: 1 }, description));
}

let nodes: Loaded[];
beforeAll(async () => {
	nodes = await Promise.all(FOLDERS.map(load));
});

function isCollection(option: object): option is INodePropertyCollection {
	return 'values' in option;
}

/** Every field, those inside collections included. */
function everyField(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => {
		if (property.type !== 'collection' && property.type !== 'fixedCollection') return [property];
		const inner = (property.options ?? []).flatMap((option) => (isCollection(option) ? option.values : [option as INodeProperties]));
		return [property, ...everyField(inner)];
	});
}

/** What n8n's editor would move into the credential dialog, away from the form (`getMainAuthField` of its code). */
function movedIntoCredentialDialog({ credentials = [], properties }: INodeTypeDescription): string[] {
	const values = new Map<string, string[]>();
	for (const { displayOptions } of credentials) {
		for (const [name, shown] of Object.entries(displayOptions?.show ?? {})) {
			values.set(name, [...(values.get(name) ?? []), ...(shown ?? []).map(String)]);
		}
	}
	return properties
		.filter(({ name }) => values.has(name))
		.filter(({ name, options = [] }) => {
			const asksForNone = options.some((option) => 'value' in option && option.value === 'none');
			if (name === 'authentication' && !asksForNone) return true;
			return options.every((option) => !('value' in option) || values.get(name)?.includes(String(option.value)));
		})
		.map(({ name }) => name);
}

describe.each(FOLDERS)('%s', (folder) => {
	const loaded = (): Loaded => nodes.find((node) => node.folder === folder) as Loaded;

	test('has an icon for each theme, and both files exist', () => {
		const { icon } = loaded().description;
		const themes = icon as { light: string; dark: string };
		expect(themes.light).not.toBe(themes.dark);
		for (const path of [themes.light, themes.dark]) {
			const file = join(dirname(loaded().file), path.replace(/^file:/, ''));
			expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^>]*viewBox=/);
		}
	});

	test('is found by the words people type', () => {
		const codex = JSON.parse(readFileSync(loaded().file.replace(/\.ts$/, '.json'), 'utf8')) as {
			node: string;
			categories: string[];
			resources: { primaryDocumentation: { url: string }[] };
			alias: string[];
		};
		expect(codex.node).toBe(`n8n-nodes-sms-consent.${loaded().description.name}`);
		expect(codex.categories).toEqual(['Communication', 'Marketing & Content']);
		const page = codex.resources.primaryDocumentation[0]?.url.split('/blob/main/')[1] ?? '';
		expect(existsSync(join(process.cwd(), page))).toBe(true);
		expect(page).toMatch(/^docs\/nodes\//);
		const words = codex.alias.map((word) => word.toLowerCase());
		expect(words).toEqual(expect.arrayContaining(['sms', 'consent', 'stop', 'opt-in', 'opt-out']));
		for (const name of ableProvidersOf(loaded())) expect(words).toContain(name.toLowerCase());
	});

	test('names every provider that can do it, or none, in the line below its name', () => {
		// n8n's lint wants this line as a literal.
		const { description } = loaded().description;
		const named = Object.values(PROVIDERS)
			.map(({ displayName }) => displayName)
			.filter((name) => description.includes(name));
		if (named.length > 0) expect(named.sort()).toEqual(ableProvidersOf(loaded()).sort());
	});

	test('every field has a label, and no field is described by the words of its label alone', () => {
		for (const field of everyField(loaded().description.properties)) {
			expect(field.displayName).not.toBe('');
			expect(field.description).not.toBe(field.displayName);
		}
	});

	test('examples begin with "e.g."', () => {
		const wrong = everyField(loaded().description.properties)
			.filter(({ type }) => ['string', 'number', 'json'].includes(type))
			.filter(({ placeholder }) => placeholder !== undefined && !placeholder.startsWith('e.g. '));
		expect(wrong.map(({ name }) => name)).toEqual([]);
	});

	test('every list offers its own default, and no value twice', () => {
		for (const field of everyField(loaded().description.properties).filter(({ type }) => type === 'options')) {
			const values = (field.options ?? []).map((option) => ('value' in option ? option.value : undefined));
			expect(values).toContain(field.default);
			expect(new Set(values).size).toBe(values.length);
		}
	});

	test('two fields with the same name are never shown together', () => {
		const { properties } = loaded().description;
		for (const [index, one] of properties.entries()) {
			for (const other of properties.slice(index + 1).filter(({ name }) => name === one.name)) {
				const mine = one.displayOptions?.show ?? {};
				const theirs = other.displayOptions?.show ?? {};
				const apart = Object.keys(mine).some(
					(name) => theirs[name] !== undefined && !mine[name]?.some((value) => theirs[name]?.includes(value)),
				);
				expect({ name: one.name, apart }).toEqual({ name: one.name, apart: true });
			}
		}
	});

	test('the provider and the authentication stay in the form', () => {
		expect(movedIntoCredentialDialog(loaded().description)).toEqual([]);
	});

	test('asks for the secrets of the chosen provider and method only', () => {
		const { properties, credentials = [] } = loaded().description;
		const providers = (properties.find(({ name }) => name === 'provider')?.options ?? []).map((option) =>
			String('value' in option ? option.value : ''),
		);
		for (const provider of providers) {
			const authentications = properties
				.filter(({ name, displayOptions }) => name.endsWith('Authentication') && displayOptions?.show?.['provider']?.includes(provider))
				.flatMap((field) => (field.options ?? []).map((option) => ({ [field.name]: 'value' in option ? String(option.value) : '' })));
			for (const authentication of authentications.length > 0 ? authentications : [{}]) {
				const chosen = { provider, ...authentication };
				const shown = credentials.filter((credential) =>
					NodeHelpers.displayParameter(chosen, credential, { typeVersion: 1 }, loaded().description),
				);
				for (const { name } of shown) expect(name.toLowerCase()).toMatch(new RegExp(`^smsconsent(${provider}|postback)`));
			}
		}
	});
});

describe('one vocabulary', () => {
	const choicesOf = ({ options = [] }: INodeProperties): string[] =>
		options.flatMap((option) => ('value' in option ? [String(option.value)] : []));

	test('a field that several nodes or providers ask for has the same label and offers the same choices everywhere', () => {
		const fields = nodes.flatMap(({ description }) => everyField(description.properties)).filter(({ type }) => type === 'options');
		// The list of providers is what the node offers, and a sender has the kinds of proof that it can give.
		for (const one of fields.filter(({ name }) => !['provider', 'authenticity', 'attentiveAuthenticity'].includes(name))) {
			for (const other of fields.filter(({ name }) => name === one.name)) {
				expect({ name: one.name, choices: choicesOf(other) }).toEqual({ name: one.name, choices: choicesOf(one) });
			}
		}
		const byName = new Map(fields.map(({ name, displayName }) => [name, displayName]));
		for (const { name, displayName } of fields.filter(({ name }) => name.endsWith('Authentication')))
			expect(displayName).toBe(byName.get(name));
	});

	test('every credential that a node names is one of this package', () => {
		const own = readdirSync(join(ROOT, 'credentials')).flatMap((file) => file.match(/^(.+)\.credentials\.ts$/)?.[1] ?? []);
		const types = own.map((name) => name.charAt(0).toLowerCase() + name.slice(1)).sort();
		const named = nodes.flatMap(({ description }) => (description.credentials ?? []).map(({ name }) => name));
		expect([...new Set(named)].sort()).toEqual(types);
		for (const type of types) expect(type).toMatch(/^smsConsent[A-Z]\w*Api$/);
		const listed = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { n8n: { credentials: string[] } }).n8n.credentials;
		expect([...listed].sort()).toEqual(own.map((name) => `dist/credentials/${name}.credentials.js`).sort());
	});

	test('the package lists every node', () => {
		const { n8n } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { n8n: { nodes: string[] } };
		expect([...n8n.nodes].sort()).toEqual(FOLDERS.map((folder) => `dist/nodes/${folder}/${folder}.node.js`).sort());
	});

	test('every credential has a name of its own in the lists of the editor, and its icons exist', async () => {
		for (const file of readdirSync(join(ROOT, 'credentials')).filter((name) => name.endsWith('.credentials.ts'))) {
			const [Type] = Object.values((await import(join(ROOT, 'credentials', file))) as Record<string, new () => ICredentialType>);
			const { name, displayName, icon } = new Type!();
			expect(displayName).toMatch(/^SMS Consent [A-Z].* API$/);
			expect(`${name}.credentials.ts`.toLowerCase()).toBe(file.toLowerCase());
			const { light, dark } = icon as { light: string; dark: string };
			for (const path of [light, dark]) expect(existsSync(join(ROOT, 'credentials', path.replace(/^file:/, '')))).toBe(true);
		}
	});

	test('evidence is asked for wherever a person is opted in, at every provider, by the same four fields', () => {
		for (const folder of ['SmsSubscribe', 'SmsResubscribe']) {
			const { properties } = (nodes.find((node) => node.folder === folder) as Loaded).description;
			const holders = properties.filter(({ name }) => name === 'additionalFields');
			const able = Object.values(PROVIDERS).filter(({ capabilities }) => capabilities[CAPABILITY_OF[folder] as Capability].can);
			expect(holders.flatMap(({ displayOptions }) => displayOptions?.show?.['provider']).sort()).toEqual(
				able.map(({ name }) => name).sort(),
			);
			const evidence = holders.map(({ options = [] }) => options.find(({ name }) => name === 'consentEvidence') as INodeProperties);
			for (const field of evidence) {
				expect(field).toMatchObject({ type: 'fixedCollection', default: {} });
				expect(everyField([field]).map(({ name }) => name)).toEqual([
					'consentEvidence',
					'evidenceSource',
					'evidenceTime',
					'evidenceText',
					'evidencePage',
				]);
			}
		}
	});
});

describe('the action nodes', () => {
	/** Those that call a provider. */
	const actions = (): Loaded[] =>
		nodes.filter(({ description }) => description.properties.some(({ name }) => name === 'provider') && description.inputs.length > 0);

	test('are four, can be tools, and pass one output on', () => {
		expect(
			actions()
				.map(({ description }) => description.displayName)
				.sort(),
		).toEqual(['SMS Query Opt-Outs', 'SMS Resubscribe', 'SMS Subscribe', 'SMS Unsubscribe']);
		for (const { description } of actions()) {
			expect(description.usableAsTool).toBeTruthy();
			expect(description.outputs).toEqual(['main']);
		}
	});

	test('the panel says in one line what they do, an AI agent learns more', () => {
		for (const { description } of actions()) {
			expect(description.description).toMatch(/^.{30,80}[^.]$/);
			const forAgent = description.properties.find(({ name }) => name === 'toolDescription');
			expect(forAgent?.displayOptions).toEqual({ show: { '@tool': [true] } });
			expect(String(forAgent?.default).length).toBeGreaterThan(description.description.length);
			expect(forAgent?.default).toMatch(/\btexts?\b/);
		}
	});

	test('say what keeps one bad number from ending a list, below the provider', () => {
		for (const { description } of actions()) {
			expect(description.properties.find(({ name }) => name === 'provider')?.hint).toMatch(/'On Error'/);
		}
	});

	test('a box of its own color stands only where somebody may be texted, or where a provider cannot do the job', () => {
		for (const { description } of nodes) {
			const notices = description.properties.filter(({ type }) => type === 'notice');
			const others = notices.filter(
				({ name, displayName }) =>
					!name.endsWith('InsteadNotice') && !/\btexts?\b|opt people in|Opt-outs may not arrive|"Reply Y"/.test(displayName),
			);
			expect(others.map(({ displayName }) => displayName)).toEqual([]);
		}
	});

	test('with every entry left alone, a form shows one box at most, and no more fields than it has to', () => {
		const shownAtFirst = actions().flatMap(({ description }) => {
			const { properties } = description;
			return (properties.find(({ name }) => name === 'provider')!.options as Array<{ value: string }>).map(({ value }) => {
				const shown = shownAsItOpens(description, value);
				const count = (wanted: (field: INodeProperties) => boolean): number => shown.filter(wanted).length;
				return [
					`${description.displayName}, ${value}`,
					[count(({ type }) => type !== 'notice' && type !== 'credentials'), count(({ type }) => type === 'notice')],
				];
			});
		});
		expect(Object.fromEntries(shownAtFirst)).toEqual(SHOWN_AT_FIRST);
	});

	test('no more than one notice stands above the first field to fill in, and the credential stands right below its choice', () => {
		for (const { description } of actions()) {
			const { properties } = description;
			for (const { value } of properties.find(({ name }) => name === 'provider')!.options as Array<{ value: string }>) {
				const shown = shownAsItOpens(description, value);
				const first = shown.findIndex(({ required, name }) => required === true || name === 'phone' || name === 'state');
				expect(shown.slice(0, first).filter(({ type }) => type === 'notice').length).toBeLessThanOrEqual(1);
				const [above] = shown
					.slice(
						0,
						shown.findIndex(({ type }) => type === 'credentials'),
					)
					.slice(-1);
				expect(above?.name).toMatch(/^provider$|Authentication$/);
			}
		}
	});

	test.each(Object.entries(CAPABILITY_OF))('%s lists every provider, and says what to do where one cannot do it', (folder, capability) => {
		const { description } = nodes.find((node) => node.folder === folder) as Loaded;
		const { properties } = description;
		const choices = (properties.find(({ name }) => name === 'provider')?.options ?? []) as INodePropertyOptions[];
		expect(choices.map(({ value }) => value).sort()).toEqual(Object.keys(PROVIDERS).sort());
		for (const { name, capabilities } of Object.values(PROVIDERS)) {
			const answer = capabilities[capability];
			const choice = choices.find(({ value }) => value === name);
			expect(choice?.description?.startsWith("Can't do this") ?? false).toBe(!answer.can);
			const shown = shownAsItOpens(description, name);
			const visible = shown.filter(({ type, name: field }) => type !== 'hidden' && field !== 'toolDescription');
			if (answer.can) expect(shown.map((field) => field.name)).not.toContain(`${name}InsteadNotice`);
			else expect(visible.map((field) => field.displayName)).toEqual(['Provider', answer.instead]);
		}
	});

	test('Resubscribe asks every provider for the statement, off by default', () => {
		const { properties } = (nodes.find(({ folder }) => folder === 'SmsResubscribe') as Loaded).description;
		const statements = properties.filter(({ name }) => name === 'freshConsent');
		const able = Object.values(PROVIDERS)
			.filter(({ capabilities }) => capabilities.resubscribe.can)
			.map(({ name }) => name);
		expect(statements.flatMap(({ displayOptions }) => displayOptions?.show?.['provider']).sort()).toEqual(able.sort());
		for (const statement of statements) expect(statement.default).toBe(false);
	});
});
