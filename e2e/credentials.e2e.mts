/** The package's credential types among all others that an n8n may have: no name is taken twice, and no secret goes astray. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { nodeOutputs, type CredentialTestResult } from '../n8n/client.mts';
import { startN8n, type N8nInstance } from '../n8n/instance.mts';
import { findProjectDir } from '../n8n/runtime.mts';
import { DEFAULTS, startSandbox, type Sandbox } from '../sandbox/server.mts';
import { baseUrlsAt } from '../sandbox/standIns.mts';
import { connectOAuth2, credentialPairs, SKYCORE_KEY, store, storedCredential, VOYAGE_HEADER, WRONG } from './support/credentials.mts';
import { succeeded } from './support/example.mts';
import {
	FOREIGN_CREDENTIAL,
	FOREIGN_NODE,
	FOREIGN_PACKAGE,
	FOREIGN_TOKEN,
	startForeignHost,
	writeForeignPackage,
	type ForeignHost,
} from './support/foreignPackage.mts';
import { ARTEFACTS } from './support/places.mts';
import { runningN8n, sharedN8n } from './support/running.mts';
import { ACTION_NODE, actionWorkflow, START_NODE } from './support/workflow.mts';

const PREFIX = 'smsConsent';
const PACKAGE = 'n8n-nodes-sms-consent';
const PORT = 15_780;
const PHONE = '+16502426055';
const OUR_SECRETS = [SKYCORE_KEY, DEFAULTS.voyage.apiKey, DEFAULTS.vonage.apiSecret];

interface ListedCredential {
	name: string;
	displayName: string;
	properties: Array<{ name: string }>;
}

const listed = async (n8n: Pick<N8nInstance, 'rest'>): Promise<ListedCredential[]> => await n8n.rest('GET', '/types/credentials.json');

/** What package.json hands to n8n. */
function ownTypes(): string[] {
	const { n8n } = JSON.parse(readFileSync(path.join(findProjectDir(), 'package.json'), 'utf8')) as { n8n: { credentials: string[] } };
	return n8n.credentials.map((file) => {
		const [className = ''] = path.basename(file).split('.');
		return className.charAt(0).toLowerCase() + className.slice(1);
	});
}

/** Fails when a name or a title of ours is anybody else's. */
function expectOurOwn(all: readonly ListedCredential[]): void {
	const own = ownTypes();
	expect(own.length).toBeGreaterThan(0);
	for (const name of own) {
		expect(name).toMatch(new RegExp(`^${PREFIX}[A-Z]`));
		expect(all.filter((each) => each.name === name)).toHaveLength(1);
	}
	const foreign = all.filter(({ name }) => !own.includes(name));
	expect(foreign.map(({ name }) => name)).toEqual(expect.arrayContaining(['vonageApi', 'oAuth2Api']));
	const taken = new Set(foreign.flatMap(({ name, displayName }) => [name.toLowerCase(), displayName.toLowerCase()]));
	for (const { name, displayName } of all.filter((each) => own.includes(each.name))) {
		expect({ name, taken: taken.has(name.toLowerCase()) }).toEqual({ name, taken: false });
		expect({ displayName, taken: taken.has(displayName.toLowerCase()) }).toEqual({ displayName, taken: false });
	}
}

test('no name and no title of ours is one of n8n’s own', async () => {
	expectOurOwn(await listed(sharedN8n()));
});

describe.each([
	['before ours', { packageFolder: `@last/${PACKAGE}`, foreignFolder: FOREIGN_PACKAGE }, [FOREIGN_PACKAGE, PACKAGE]],
	['after ours', { packageFolder: PACKAGE, foreignFolder: `@last/${FOREIGN_PACKAGE}` }, [PACKAGE, FOREIGN_PACKAGE]],
])('beside n8n’s Vonage node and a foreign package that is loaded %s', (order, { packageFolder, foreignFolder }, loaded) => {
	let folder: string;
	let sandbox: Sandbox;
	let host: ForeignHost;
	let n8n: N8nInstance;

	beforeAll(async () => {
		folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-credentials-'));
		writeForeignPackage(path.join(folder, 'foreign'));
		sandbox = await startSandbox({ config: { voyage: { apiKeyHeader: VOYAGE_HEADER } } });
		host = await startForeignHost();
		n8n = await startN8n({
			port: PORT,
			userFolder: path.join(folder, 'home'),
			packageTarball: runningN8n().tarball,
			packageFolder,
			otherPackages: { [foreignFolder]: path.join(folder, 'foreign') },
			logFile: path.join(ARTEFACTS, `credentials-${order.replace(' ', '-')}.log`),
		});
		await n8n.setupOwner();
	}, 240_000);

	afterAll(async () => {
		await n8n?.stop();
		await Promise.all([host?.close(), sandbox?.close()]);
		if (folder !== undefined) await rm(folder, { recursive: true, force: true });
	});

	beforeEach(() => {
		host.forget();
		sandbox.reset();
	});

	/** Everything that the stand-ins were sent. */
	function toOurProviders(): string {
		return JSON.stringify(Object.values(sandbox.state().providers).map(({ requests }) => requests));
	}

	function expectNothingAstray(): void {
		for (const secret of OUR_SECRETS) expect(host.calls().join('\n')).not.toContain(secret);
		expect(toOurProviders()).not.toContain(FOREIGN_TOKEN);
	}

	async function tested(type: string, data: Record<string, unknown>): Promise<CredentialTestResult> {
		return await n8n.testCredential({ name: 'Under test', type, data });
	}

	test('all nodes are there, in that order', async () => {
		const packages = (await n8n.nodeTypes()).map(({ name }) => name.split('.')[0] ?? '').filter((name) => loaded.includes(name));
		expect([...new Set(packages)]).toEqual(loaded);
	});

	test('every credential type is its owner’s', async () => {
		const all = await listed(n8n);
		expectOurOwn(all);
		const fieldsOf = (name: string) =>
			all.filter((each) => each.name === name).map(({ properties }) => properties.map((property) => property.name));
		expect(fieldsOf('vonageApi')).toEqual([['apiKey', 'apiSecret']]);
		expect(fieldsOf(FOREIGN_CREDENTIAL)).toEqual([expect.arrayContaining(['token', 'host'])]);
		expect(fieldsOf(FOREIGN_CREDENTIAL).flat()).not.toContain('headerName');
		expect(fieldsOf(`${PREFIX}VonageApi`)).toEqual([expect.arrayContaining(['apiKey', 'apiSecret', 'placement', 'baseUrl'])]);
		expect(fieldsOf(`${PREFIX}VoyageApi`)).toEqual([expect.arrayContaining(['apiKey', 'headerName', 'baseUrl'])]);
	});

	test('every node asks for its own credential types', async () => {
		const nodes = await n8n.nodeTypes();
		const askedBy = (wanted: (name: string) => boolean): string[] =>
			nodes
				.filter(({ name }) => wanted(name))
				.flatMap(({ credentials }) => ((credentials ?? []) as Array<{ name: string }>).map(({ name }) => name));
		expect(askedBy((name) => name === 'n8n-nodes-base.vonage')).toEqual(['vonageApi']);
		expect(askedBy((name) => name === FOREIGN_NODE)).toEqual([FOREIGN_CREDENTIAL]);
		expect([...new Set(askedBy((name) => name.startsWith(`${PACKAGE}.`)))].sort()).toEqual(ownTypes().sort());
	});

	const PAIRS = credentialPairs({ baseUrls: baseUrlsAt('') }).filter(({ type, variant }) =>
		[`${PREFIX}SkycoreApi `, `${PREFIX}VoyageApi `, `${PREFIX}AttentiveApi `, `${PREFIX}VonageApi basic`].includes(`${type} ${variant}`),
	);

	test.each(PAIRS.map(({ type, variant }) => [type, variant]))('%s %s is tested at its own provider', async (type, variant) => {
		const pair = credentialPairs(sandbox).find((each) => each.type === type && each.variant === variant)!;
		expect(await tested(type, pair.good)).toMatchObject({ status: 'OK' });
		expect(toOurProviders()).not.toBe(JSON.stringify([[], [], [], []]));
		expect(await tested(type, pair.bad)).toMatchObject({ status: 'Error', message: expect.stringMatching(/key|secret/i) });
		expect(host.calls()).toEqual([]);
	});

	test('the foreign credential is tested at its own host', async () => {
		expect(await tested(FOREIGN_CREDENTIAL, { token: FOREIGN_TOKEN, host: host.url })).toMatchObject({ status: 'OK' });
		expect(await tested(FOREIGN_CREDENTIAL, { token: WRONG, host: host.url })).toMatchObject({ status: 'Error' });
		// n8n asks again where it was refused.
		for (const call of host.calls()) expect(call).toMatch(/^GET \/check\n/);
		for (const token of [FOREIGN_TOKEN, WRONG]) expect(host.calls().join('\n')).toContain(token);
		expect(Object.values(sandbox.state().providers).map(({ counters }) => counters.requests)).toEqual([0, 0, 0, 0]);
	});

	test('both nodes run in one workflow, each with its own credential and at its own provider', async () => {
		const own = await store(n8n, {
			name: 'Voyage account',
			type: `${PREFIX}VoyageApi`,
			data: { apiKey: DEFAULTS.voyage.apiKey, headerName: VOYAGE_HEADER, baseUrl: sandbox.baseUrls.voyage },
		});
		// Of the same name, as n8n would propose it.
		await store(n8n, { name: 'Voyage account', type: FOREIGN_CREDENTIAL, data: { token: FOREIGN_TOKEN, host: host.url } });
		await store(n8n, { name: 'Vonage account', type: 'vonageApi', data: { apiKey: 'n8n-key', apiSecret: 'n8n-secret' } });
		const workflow = actionWorkflow('Both', [{ phone: PHONE }], {
			type: 'smsSubscribe',
			parameters: { provider: 'voyage', voyageAuthentication: 'apiKey', campaignId: '1234', phone: '={{ $json.phone }}' },
			credentials: own,
		});
		const id = await n8n.importWorkflow({
			...workflow,
			nodes: [
				...workflow.nodes,
				{
					name: 'Foreign',
					type: FOREIGN_NODE,
					typeVersion: 1,
					position: [900, 0],
					parameters: {},
					credentials: { [FOREIGN_CREDENTIAL]: { id: null, name: 'Voyage account' } },
				},
			],
			connections: { ...workflow.connections, [ACTION_NODE]: { main: [[{ node: 'Foreign', type: 'main', index: 0 }]] } },
		});
		const execution = succeeded(await n8n.waitForExecution(await n8n.runWorkflow(id, START_NODE)));
		expect(
			nodeOutputs(execution, ACTION_NODE)
				.flat()
				.map(({ json }) => json),
		).toMatchObject([{ outcome: 'subscribed', phone: PHONE, provider: 'voyage' }]);
		expect(
			nodeOutputs(execution, 'Foreign')
				.flat()
				.map(({ json }) => json),
		).toEqual([{ foreign: true }]);
		expect(host.calls()).toEqual([expect.stringMatching(/^POST \/messages\n/)]);
		expect(host.calls()[0]).toContain(FOREIGN_TOKEN);
		expect(sandbox.person('voyage', PHONE)).toMatchObject({ acted: 1, subscriber: { state: 'subscribed' } });
		expectNothingAstray();
	});
});

describe('the test of a credential', () => {
	const OAUTH2 = `${PREFIX}AttentiveOAuth2Api`;
	const KEY = 'a-key-that-must-not-travel';
	const TYPES: Array<[type: string, data: Record<string, unknown>]> = [
		[`${PREFIX}SkycoreApi`, { apiKey: KEY }],
		[`${PREFIX}VoyageApi`, { apiKey: KEY, headerName: VOYAGE_HEADER }],
		[`${PREFIX}AttentiveApi`, { apiKey: KEY }],
		[OAUTH2, {}],
		[`${PREFIX}VonageApi`, { apiKey: 'abcd1234', apiSecret: KEY, placement: 'basic' }],
		[`${PREFIX}VonageSignatureApi`, { apiKey: 'abcd1234', signatureSecret: KEY, method: 'sha256' }],
	];
	let n8n: ReturnType<typeof sharedN8n>;
	let connected: Awaited<ReturnType<typeof storedCredential>>;
	let asked: Server;
	let elsewhere: Server;
	let heard: { asked: string[]; elsewhere: string[] };
	let answer: { status: number; location?: string };

	const listening = async (seen: (url: string) => void, respond: (response: ServerResponse) => void): Promise<Server> => {
		const server = createServer((request, response) => {
			seen(request.url ?? '');
			request.resume();
			respond(response);
		});
		await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
		return server;
	};
	const portOf = (server: Server): number => (server.address() as AddressInfo).port;
	/** n8n tests OAuth2 only for an account that is connected. */
	const tested = async (type: string, data: Record<string, unknown>, baseUrl: string): Promise<CredentialTestResult> => {
		const known = type === OAUTH2 ? connected : { name: 'Under test', type, data: {} };
		return await n8n.testCredential({ ...known, data: { ...known.data, ...data, baseUrl } });
	};

	beforeAll(async () => {
		n8n = sharedN8n();
		const sandbox = await startSandbox();
		await connectOAuth2(n8n, 'Connected', sandbox);
		connected = await storedCredential(n8n, 'Connected');
		await sandbox.close();
		asked = await listening(
			(url) => heard.asked.push(url),
			(response) => {
				if (answer.location !== undefined) response.setHeader('location', answer.location);
				response.setHeader('content-type', 'application/json');
				response.writeHead(answer.status).end('{}');
			},
		);
		elsewhere = await listening(
			(url) => heard.elsewhere.push(url),
			(response) => response.setHeader('content-type', 'application/json').end('{}'),
		);
	});

	beforeEach(() => {
		heard = { asked: [], elsewhere: [] };
		answer = { status: 200 };
	});

	afterAll(() => {
		for (const server of [asked, elsewhere]) server?.close();
	});

	test.each(TYPES.flatMap(([type, data]) => [301, 302, 307, 308].map((status) => [type, status, data] as const)))(
		'%s: HTTP %i takes the key nowhere else',
		async (type, status, data) => {
			answer = { status, location: `http://localhost:${portOf(elsewhere)}/` };
			const { status: result, message } = await tested(type, data, `http://127.0.0.1:${portOf(asked)}/v1`);
			expect([result, heard.elsewhere]).toEqual(['Error', []]);
			expect(heard.asked.length).toBeGreaterThan(0);
			expect(message).toContain("'Base URL'");
		},
	);

	test.each(TYPES)('%s: no key travels unprotected to another machine', async (type, data) => {
		for (const host of ['0.0.0.0', 'localhost.']) {
			const { status } = await tested(type, data, `http://${host}:${portOf(asked)}/v1`);
			expect([host, status, heard.asked]).toEqual([host, 'Error', []]);
		}
	});

	test.each(TYPES)('%s: no key travels to a host that is not among the allowed domains', async (type, data) => {
		const limited = { ...data, allowedHttpRequestDomains: 'domains', allowedDomains: 'api.example.com' };
		expect((await tested(type, limited, `http://127.0.0.1:${portOf(asked)}/v1`)).status).toBe('Error');
		expect(heard.asked).toEqual([]);
	});

	test.each(['/v1', '/v1/', '', '/', '/v1//'])('OAuth2: an address that ends with %j is as good as for a node', async (ending) => {
		expect(await tested(OAUTH2, TYPES[3]![1], ` http://127.0.0.1:${portOf(asked)}${ending}\n`)).toMatchObject({ status: 'OK' });
		expect(heard.asked).toEqual(['/v1/me']);
	});
});
