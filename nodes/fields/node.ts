import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import type { Capability } from '../../consent/provider';
import { PROVIDERS } from '../../providers';
import { PROVIDER_PARAMETER, shownFor, shownForAny, type ProviderForm } from './form';
import { insteadNotices, providerField } from './provider';

/** A node's forms; the first one's provider is the default. */
export type Forms = [ProviderForm, ...ProviderForm[]];

const FOR_A_LIST =
	"For a list, set 'On Error' to 'Continue (using error output)' in Settings, so that one bad number doesn't stop the rest";

/**
 * @param capability the node's job
 * @param forms what the node offers
 * @param below what stands below the providers' own fields
 * @returns all fields of the node, in the editor's order
 */
export function propertiesOf(capability: Capability, forms: Forms, below: INodeProperties[]): INodeProperties[] {
	return [
		providerField(capability, forms[0].provider, { hint: FOR_A_LIST }),
		...insteadNotices(capability),
		...forms.flatMap(({ provider, properties }) => shownFor(provider, properties)),
		...shownForAny(
			forms.map(({ provider }) => provider),
			below,
		),
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
	return `={{ ${cases.join(' : ')} : $parameter["${PROVIDER_PARAMETER}"].toTitleCase() + ": no call for this" }}`;
}
