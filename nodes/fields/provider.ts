import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Capability } from '../../consent/provider';
import type { ProviderName } from '../../consent/providerName';
import { PROVIDERS } from '../../providers';
import { PROVIDER_PARAMETER, shownFor } from './form';

function byDisplayName(left: ProviderName, right: ProviderName): number {
	return PROVIDERS[left].displayName < PROVIDERS[right].displayName ? -1 : 1;
}

const NOT_ABLE = "Can't do this. Choose it to see what to do instead.";

type Describe = (provider: ProviderName) => string | undefined;

/**
 * @param offered some providers
 * @param describe what stands below a provider's name
 * @returns the choices of a list, by the names that people know
 */
export function providerChoices(offered: readonly ProviderName[], describe: Describe = () => undefined): INodePropertyOptions[] {
	return [...offered].sort(byDisplayName).map((provider) => {
		const description = describe(provider);
		return { name: PROVIDERS[provider].displayName, value: provider, ...(description !== undefined && { description }) };
	});
}

/**
 * Lists every provider: who chooses one that cannot do the job learns from `insteadNotices` what to do.
 *
 * @param capability the node's job
 * @param usual the provider that is chosen by default
 * @param texts the field's own, and what stands below the name of a provider that can do the job
 */
export function providerField(
	capability: Capability,
	usual: ProviderName,
	{ describe = () => undefined, ...texts }: Pick<INodeProperties, 'description' | 'hint'> & { describe?: Describe },
): INodeProperties {
	const names = Object.values(PROVIDERS).map(({ name }) => name);
	return {
		displayName: 'Provider',
		name: PROVIDER_PARAMETER,
		type: 'options',
		noDataExpression: true,
		options: providerChoices(names, (provider) => (PROVIDERS[provider].capabilities[capability].can ? describe(provider) : NOT_ABLE)),
		default: usual,
		description: 'The company that sends the text messages and keeps the list of subscribers',
		...texts,
	};
}

/**
 * @param capability the node's job
 * @param chosen in 'Provider'
 * @returns the provider that is chosen and what to do instead; undefined for one that can do the job, and for what is no provider
 */
export function notAble(capability: Capability, chosen: unknown): { displayName: string; instead: string } | undefined {
	const provider = Object.values(PROVIDERS).find(({ name }) => name === chosen);
	const answer = provider?.capabilities[capability];
	return provider === undefined || answer?.can !== false ? undefined : { displayName: provider.displayName, instead: answer.instead };
}

/**
 * What to do instead, shown while a provider is chosen that cannot do the job.
 *
 * @param capability the node's job
 * @returns one notice per provider, none when every provider can do it
 */
export function insteadNotices(capability: Capability): INodeProperties[] {
	return Object.values(PROVIDERS).flatMap(({ name, capabilities }): INodeProperties[] => {
		const answer = capabilities[capability];
		return answer.can ? [] : shownFor(name, [{ displayName: answer.instead, name: `${name}InsteadNotice`, type: 'notice', default: '' }]);
	});
}
