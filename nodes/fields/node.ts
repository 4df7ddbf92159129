import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import type { Capability } from '../../consent/provider';
import { PROVIDERS } from '../../providers';
import { PROVIDER_PARAMETER, shownFor, type ProviderForm } from './form';
import { notOfferedNotices, providerField } from './provider';

/** A node's forms; the first one's provider is the default. */
export type Forms = [ProviderForm, ...ProviderForm[]];

/**
 * @param capability the node's job
 * @param forms what the node offers
 * @param below what stands below the providers' own fields
 * @returns all fields of the node, in the editor's order
 */
export function propertiesOf(capability: Capability, forms: Forms, below: INodeProperties[]): INodeProperties[] {
	const [first, ...others] = forms.map(({ provider }) => provider) as [ProviderForm['provider'], ...Array<ProviderForm['provider']>];
	return [
		providerField(capability, [first, ...others]),
		...forms.flatMap(({ provider, properties }) => shownFor(provider, properties)),
		...below,
		...notOfferedNotices(capability),
	];
}

/**
 * @param forms what the node offers
 * @returns the credentials of all of them
 */
export function credentialsOf(forms: Forms): INodeCredentialDescription[] {
	return forms.flatMap(({ credentials }) => credentials);
}

/**
 * @param forms what the node offers
 * @returns an expression that shows the provider and the campaign under the node's name
 */
export function subtitleOf(forms: Forms): string {
	const cases = forms.map(
		({ provider, subtitle }) =>
			`$parameter["${PROVIDER_PARAMETER}"] === "${provider}" ? ["${PROVIDERS[provider].displayName}", ${subtitle}].filter((part) => part).join(": ")`,
	);
	return `={{ ${cases.join(' : ')} : "" }}`;
}
