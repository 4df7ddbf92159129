import {
	type ICredentialTestFunctions,
	type ICredentialsDecrypted,
	type INodeParameters,
	type INodeProperties,
	NodeHelpers,
} from 'n8n-workflow';

import type { ProviderName } from '../../../consent/providerName.ts';
import { SmsConsentAttentiveSigningKeyApi } from '../../../credentials/SmsConsentAttentiveSigningKeyApi.credentials.ts';
import { SmsConsentPostbackSecretApi } from '../../../credentials/SmsConsentPostbackSecretApi.credentials.ts';
import { NEEDED_CREDENTIALS } from '../../../nodes/SmsPostbackTrigger/credentials.ts';
import { SENDERS } from '../../../nodes/SmsPostbackTrigger/senders.ts';
import { SmsPostbackTrigger } from '../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';

const trigger = new SmsPostbackTrigger();
const { description } = trigger;

describe('what n8n reads', () => {
	test('the trigger stays on version 1 with the hidden option that leaves bodies unparsed', () => {
		expect(description.version).toBe(1);
		expect(description.properties[0]).toMatchObject({ name: 'options', type: 'hidden', default: { binaryData: true } });
	});

	test('both methods share one path, answer once the execution is stored, and never the text firstEntryJson', () => {
		expect(description.webhooks).toEqual([
			expect.objectContaining({ name: 'default', httpMethod: 'POST', path: 'postback', responseMode: 'onReceived', responseData: '' }),
			expect.objectContaining({ name: 'setup', httpMethod: 'GET', path: 'postback', responseMode: 'onReceived', responseData: '' }),
		]);
	});

	test('no two fields that can be seen together share a name', () => {
		for (const { provider } of SENDERS) {
			const shown = description.properties
				.filter(({ displayOptions }) => isShown(displayOptions?.show?.provider, provider))
				.map(({ name }) => name);
			expect(new Set(shown).size).toBe(shown.length);
		}
	});

	const defaultProofs: Partial<Record<ProviderName, string>> = { skycore: 'secret', attentive: 'signature', vonage: 'signature' };

	test.each(SENDERS.map(({ provider, verification: { proofs } }) => [provider, defaultProofs[provider] ?? proofs[0].option.value]))(
		'%s asks for proof by default, and None is explained',
		(provider, proof) => {
			const shown = description.properties.filter(({ displayOptions }) => isShown(displayOptions?.show?.provider, provider));
			const choice = shown.find(({ displayName }) => displayName === 'Verify Sender By');
			expect(choice?.default).toBe(proof);
			expect(choice?.options).toContainEqual(
				expect.objectContaining({ value: 'none', description: expect.stringMatching(/make up/) as string }),
			);
			expect(
				shown.some(({ type, displayOptions }) => type === 'notice' && displayOptions?.show?.[choice?.name ?? '']?.includes('none')),
			).toBe(true);
		},
	);

	test.each(SENDERS)('$provider says where to paste the URL', ({ provider, verification }) => {
		const field = description.properties.find(
			({ name, displayOptions }) => name === verification.parameter && isShown(displayOptions?.show?.provider, provider),
		);
		expect(field?.hint).toMatch(/paste the production URL/i);
	});

	test('opt-ins and opt-outs are heard by default', () => {
		expect(description.properties.find(({ name }) => name === 'triggerOn')?.default).toEqual(['opt-in', 'opt-out']);
	});
});

function isShown(shownFor: unknown, provider: string): boolean {
	return shownFor === undefined || (Array.isArray(shownFor) && shownFor.includes(provider));
}

describe('credentials', () => {
	test.each([new SmsConsentPostbackSecretApi(), new SmsConsentAttentiveSigningKeyApi()])(
		'$name sends nothing and hides its secrets',
		(credential) => {
			expect(Object.keys(credential)).not.toContain('authenticate');
			const secrets = credential.properties.filter(({ displayName }) => /secret$|key$/i.test(displayName));
			expect(secrets.length).toBeGreaterThan(0);
			expect(secrets.every((property: INodeProperties) => property.typeOptions?.password)).toBe(true);
		},
	);

	/** Types of the credentials that the editor asks for while these choices are made. */
	function askedFor(choices: INodeParameters): string[] {
		const node = { typeVersion: 1 };
		return (description.credentials ?? [])
			.filter((credential) => NodeHelpers.displayParameter(choices, credential, node, description))
			.map(({ name }) => name);
	}

	const proofs = SENDERS.flatMap(({ provider, verification: { parameter, proofs: all } }) =>
		all.map((proof) => ({ provider, parameter, choice: proof.option.value, ...proof })),
	);

	test('the node lists what its senders need: neither more nor less, and each with its test', () => {
		const byName = (one: { name: string }, other: { name: string }): number => one.name.localeCompare(other.name);
		expect([...(description.credentials ?? [])].sort(byName)).toEqual([...NEEDED_CREDENTIALS].sort(byName));
	});

	test.each(proofs)(
		'$provider, verified by $choice, asks for $credentialType',
		({ provider, parameter, choice, credentialType, credentialTest }) => {
			expect(askedFor({ provider, [parameter]: choice, registerWebhook: false })).toEqual([credentialType]);
			expect(description.credentials?.find(({ name }) => name === credentialType)?.testedBy).toBe(credentialTest?.name);
			if (credentialTest !== undefined) expect(trigger.methods.credentialTest).toHaveProperty(credentialTest.name, credentialTest.test);
		},
	);

	test.each(SENDERS)('$provider, verified by nothing, asks for none', ({ provider, verification }) => {
		expect(askedFor({ provider, [verification.parameter]: 'none', registerWebhook: false })).toEqual([]);
	});

	test.each([
		['apiKey', 'smsConsentAttentiveApi'],
		['oAuth2', 'smsConsentAttentiveOAuth2Api'],
	])('Attentive, registered by n8n with %s, asks for %s', (attentiveAuthentication, type) => {
		expect(askedFor({ provider: 'attentive', attentiveAuthenticity: 'none', registerWebhook: true, attentiveAuthentication })).toEqual([
			type,
		]);
	});

	test.each(['testSharedSecret', 'testSigningKey'])('%s exists, and a credential names it', (name) => {
		expect(trigger.methods.credentialTest).toHaveProperty(name);
		expect(description.credentials?.some(({ testedBy }) => testedBy === name)).toBe(true);
	});

	async function checked(test: string, data: Record<string, unknown>): Promise<string> {
		const { status } = await (
			trigger.methods.credentialTest as Record<
				string,
				(this: ICredentialTestFunctions, credential: ICredentialsDecrypted) => Promise<{ status: string }>
			>
		)[test]!.call({} as ICredentialTestFunctions, { data } as unknown as ICredentialsDecrypted);
		return status;
	}

	test.each([
		['testSharedSecret', { secret: 'correct-horse-battery', placement: 'query' }, 'OK'],
		['testSharedSecret', { secret: 'correct horse battery & staple', placement: 'header' }, 'OK'],
		['testSharedSecret', { secret: 'correct horse battery & staple', placement: 'query' }, 'Error'],
		['testSharedSecret', { secret: '0123456789abcde', placement: 'query' }, 'Error'],
		['testSharedSecret', {}, 'Error'],
		['testSigningKey', { signingKey: 'k' }, 'OK'],
		['testSigningKey', { signingKey: ' ', previousSigningKey: '' }, 'Error'],
		['testSigningKey', {}, 'Error'],
	])('%s of %j: %s', async (test, data, status) => {
		expect(await checked(test, data)).toBe(status);
	});
});
