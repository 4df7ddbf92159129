import type { INodeProperties } from 'n8n-workflow';

import type { ProviderName } from '../../consent/call';
import { PROVIDERS } from '../../providers';
import type { Capability } from '../../consent/provider';
import { PROVIDER_PARAMETER } from './form';

function byDisplayName(left: ProviderName, right: ProviderName): number {
	return PROVIDERS[left].displayName < PROVIDERS[right].displayName ? -1 : 1;
}

/**
 * @param offered the providers that can do the node's job
 * @returns the list to choose from; the first one offered is the default
 */
export function providerField(offered: [ProviderName, ...ProviderName[]]): INodeProperties {
	const [first] = offered;
	return {
		displayName: 'Provider',
		name: PROVIDER_PARAMETER,
		type: 'options',
		noDataExpression: true,
		options: [...offered]
			.sort(byDisplayName)
			.map((provider) => ({ name: PROVIDERS[provider].displayName, value: provider })),
		default: first,
		description: 'The company that sends the text messages and keeps the list of subscribers',
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
		return [{ displayName: `${displayName} is not offered here. ${answer.instead}`, name: `${name}NotOfferedNotice`, type: 'notice', default: '' }];
	});
}
