import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Capability } from '../../consent/provider';
import type { ProviderName } from '../../consent/providerName';
import { PROVIDERS } from '../../providers';
import { PROVIDER_PARAMETER } from './form';

function byDisplayName(left: ProviderName, right: ProviderName): number {
	return PROVIDERS[left].displayName < PROVIDERS[right].displayName ? -1 : 1;
}

function hintOf(capability: Capability): { hint?: string } {
	const missing = Object.values(PROVIDERS).filter(({ capabilities }) => !capabilities[capability].can);
	if (missing.length === 0) return {};
	const names = missing.map(({ displayName }) => displayName).join(' and ');
	return { hint: `${names} ${missing.length === 1 ? 'is' : 'are'} not listed: the end of this form says what to do instead` };
}

/**
 * @param offered some providers
 * @returns the choices of a list, by the names that people know
 */
export function providerChoices(offered: readonly ProviderName[]): INodePropertyOptions[] {
	return [...offered].sort(byDisplayName).map((provider) => ({ name: PROVIDERS[provider].displayName, value: provider }));
}

/**
 * @param capability the node's job
 * @param offered the providers that can do it
 * @returns the list to choose from; the first one offered is the default
 */
export function providerField(capability: Capability, offered: [ProviderName, ...ProviderName[]]): INodeProperties {
	const [first] = offered;
	return {
		displayName: 'Provider',
		name: PROVIDER_PARAMETER,
		type: 'options',
		noDataExpression: true,
		options: providerChoices(offered),
		default: first,
		description: 'The company that sends the text messages and keeps the list of subscribers',
		...hintOf(capability),
	};
}

/**
 * What to do instead, for every provider that the node cannot offer.
 *
 * @param capability the node's job
 * @returns one notice per provider, none when every provider can do it
 */
export function notOfferedNotices(capability: Capability): INodeProperties[] {
	return Object.values(PROVIDERS).flatMap(({ name, displayName, capabilities }): INodeProperties[] => {
		const answer = capabilities[capability];
		if (answer.can) return [];
		return [
			{
				displayName: `${displayName} is not offered here. ${answer.instead}`,
				name: `${name}NotOfferedNotice`,
				type: 'notice',
				default: '',
			},
		];
	});
}
