import type { DisplayCondition, ICredentialsDisplayOptions, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import type { ProviderName } from '../../consent/providerName';
import type { ItemJob } from '../../transport/outbound/itemRunner';
import type { Field, ParameterReader } from './parameterReader';

/** What one node asks for one provider: the fields, the credentials, and how the entries become a job. */
export interface ProviderForm {
	provider: ProviderName;
	credentials: INodeCredentialDescription[];
	/** In the order a person thinks; shown only while this provider is chosen. */
	properties: INodeProperties[];
	/** JavaScript that gives the campaign for the node's subtitle, e.g. `$parameter["campaignId"]`. */
	subtitle: string;
	/** The credential type that the chosen authentication uses; undefined for none. */
	credentialTypeOf: (parameters: ParameterReader) => string | undefined;
	/** @throws {InputProblem} when the entries cannot be sent */
	prepare: (parameters: ParameterReader) => ItemJob;
}

/** The parameter every node starts with; everything below it depends on it. */
export const PROVIDER_PARAMETER = 'provider';

/**
 * Shows fields only while a provider is chosen, on top of what they already depend on.
 *
 * @param provider the provider the fields belong to
 * @param properties the fields, without any mention of the provider
 * @returns copies of the fields
 */
export function shownFor(provider: ProviderName, properties: INodeProperties[]): INodeProperties[] {
	return shownForAny([provider], properties);
}

/**
 * The same for fields that several providers share.
 *
 * @param providers the providers the fields belong to
 * @param properties the fields, without any mention of the provider
 * @returns copies of the fields
 */
export function shownForAny(providers: ProviderName[], properties: INodeProperties[]): INodeProperties[] {
	return properties.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { [PROVIDER_PARAMETER]: providers, ...property.displayOptions?.show },
		},
	}));
}

/**
 * @param provider for which an entry of a collection is offered
 * @returns its condition: inside a collection, the node's own parameters have a slash in front of their names
 */
export function entryShownFor(provider: ProviderName): INodeProperties['displayOptions'] {
	return { show: { [`/${PROVIDER_PARAMETER}`]: [provider] } };
}

/**
 * For a field without choices that credentials depend on. Not shown; without a value that no credential names, the editor would take
 * the field for the "main authentication field", see `whileChosen`.
 */
export const NEVER_CHOSEN = [{ name: 'Never', value: 'never' }];

/** What a call can do without. */
export const ADDITIONAL_FIELDS: Field = { name: 'additionalFields', displayName: 'Additional Fields' };

/**
 * @param entries what a call can do without, in any order
 * @returns the collection that holds them, by their labels
 */
export function additionalFields(entries: INodeProperties[]): INodeProperties {
	return {
		...ADDITIONAL_FIELDS,
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [...entries].sort((one, other) => (one.displayName < other.displayName ? -1 : 1)),
	};
}

/**
 * @param name of an entry of 'Additional Fields'
 * @returns how a condition outside of the collection refers to it
 */
export function additionalField(name: string): string {
	return `/${ADDITIONAL_FIELDS.name}.${name}`;
}

/** Where the editor shows the credentials. Without it they would stand above the last field that they depend on, not below. */
export const credentialsField: INodeProperties = { displayName: 'Credentials', name: 'credentials', type: 'credentials', default: '' };

/**
 * What to know about a provider; stands below the fields that it is about.
 *
 * @param provider the provider the notice belongs to
 * @param displayName its text; may hold links
 */
export function providerNotice(provider: ProviderName, displayName: string): INodeProperties {
	return { displayName, name: `${provider}Notice`, type: 'notice', default: '' };
}

/**
 * A credential that appears while the given choices are made.
 *
 * @param name credential type
 * @param provider the provider for which it is used
 * @param choices further parameters, with the one value for which it is used
 */
export function credentialShownFor(name: string, provider: ProviderName, choices: Record<string, string> = {}): INodeCredentialDescription {
	const chosen = Object.entries({ [PROVIDER_PARAMETER]: provider, ...choices }).map(([parameter, value]) => [parameter, [value]]);
	return { name, required: true, displayOptions: whileChosen(Object.fromEntries(chosen) as Record<string, string[]>) };
}

/**
 * When a credential is asked for.
 *
 * n8n's editor takes a field whose every value is named in the credentials' plain `show` lists for the "main authentication field"
 * and moves it into the credential dialog. That must not happen to the provider, so the conditions are written in n8n's
 * long form, which the editor evaluates alike but does not count. (n8n's own type for credentials leaves that form out.)
 *
 * @param choices parameter name to the values for which the credential is used
 */
export function whileChosen(choices: Record<string, Array<string | boolean>>): ICredentialsDisplayOptions {
	const show = Object.fromEntries(
		Object.entries(choices).map(([parameter, values]) => [parameter, values.map((eq): DisplayCondition => ({ _cnd: { eq } }))]),
	);
	return { show } as unknown as ICredentialsDisplayOptions;
}
