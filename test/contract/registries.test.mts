import { existsSync, readFileSync } from 'node:fs';

import type { Capability } from '../../consent/provider.ts';
import { credentialPairs } from '../../e2e/support/credentials.mts';
import { SENDERS } from '../../nodes/SmsPostbackTrigger/senders.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { ALL_STAND_INS, baseUrlsAt } from '../../sandbox/standIns.mts';

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8')) as { description: string; keywords: string[] };
const README = readFileSync('README.md', 'utf8');

const PAGES: Readonly<Record<Capability, string>> = {
	subscribe: 'docs/nodes/sms-subscribe.md',
	unsubscribe: 'docs/nodes/sms-unsubscribe.md',
	query: 'docs/nodes/sms-query-opt-outs.md',
	resubscribe: 'docs/nodes/sms-resubscribe.md',
	postback: 'docs/nodes/sms-postback-trigger.md',
};
const CAPABILITIES = Object.keys(PAGES) as Capability[];

/** What has to be written by hand for every provider, besides its code: whoever adds one is told by these tests what is still missing. */
describe.each(Object.values(PROVIDERS))('$displayName', ({ name, displayName, credentials, capabilities }) => {
	test('can be found in the package registry', () => {
		expect(PACKAGE.description).toContain(displayName);
		expect(PACKAGE.keywords).toContain(name);
	});

	test('stands in the README: in the first sentence, and in the table of what works', () => {
		expect(README.split('\n')[2]).toContain(displayName);
		expect(README).toMatch(new RegExp(`^\\| \\*\\*${displayName}\\*\\* \\|`, 'm'));
	});

	test('has a page of its own', () => {
		const page = `docs/providers/${name}.md`;
		expect(existsSync(page)).toBe(true);
		expect(readFileSync(page, 'utf8').startsWith(`# ${displayName}\n`)).toBe(true);
	});

	test('stands on the page of every node that offers it', () => {
		const able = CAPABILITIES.filter((capability) => capabilities[capability].can);
		const silent = able.filter((capability) => !readFileSync(PAGES[capability], 'utf8').includes(displayName));
		expect(silent).toEqual([]);
	});

	test('has a stand-in', () => {
		expect(ALL_STAND_INS.map((standIn) => standIn.name)).toContain(name);
	});

	test('has a right and a wrong credential of every type in the tests in a real n8n', () => {
		const filledIn = Object.entries(credentials).flatMap(([type, { place }]) => (place === 'n8n' ? [] : [type]));
		const proofs = SENDERS.filter(({ provider }) => provider === name).flatMap(({ verification }) => verification.proofs);
		const paired = credentialPairs({ baseUrls: baseUrlsAt('http://localhost') }).map(({ type }) => type);
		expect(paired).toEqual(expect.arrayContaining([...filledIn, ...proofs.map(({ credentialType }) => credentialType)]));
	});

	test('is called, and calls, in the tests in a real n8n', () => {
		expect(readFileSync('e2e/actions.e2e.mts', 'utf8')).toContain(`provider: '${name}'`);
		if (capabilities.postback.can) expect(readFileSync('e2e/postbacks.e2e.mts', 'utf8')).toContain(`provider: '${name}'`);
	});

	test('has icons for both themes, and its credentials are types of this package', () => {
		for (const file of [`icons/${name}.svg`, `icons/${name}.dark.svg`]) expect(existsSync(file)).toBe(true);
		for (const type of Object.keys(credentials))
			expect(existsSync(`credentials/${type.charAt(0).toUpperCase()}${type.slice(1)}.credentials.ts`)).toBe(true);
	});
});
