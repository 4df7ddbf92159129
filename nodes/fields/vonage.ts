import type { INodeProperties } from 'n8n-workflow';

import type { Entries } from './entries';
import { credentialShownFor, providerNotice } from './form';

const KEY_AND_SECRET = { choice: 'keyAndSecret', type: 'smsConsentVonageApi' };
const SIGNATURE = { choice: 'signature', type: 'smsConsentVonageSignatureApi' };

export const vonageAuthenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'vonageAuthentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Key and Secret', value: 'keyAndSecret', description: "The API key and API secret of Vonage's dashboard" },
		{
			name: 'Signature',
			value: 'signature',
			description: 'Every call is signed with the signature secret; Vonage support has to switch signing on',
		},
	],
	default: 'keyAndSecret',
};

export const vonageCredentials = [KEY_AND_SECRET, SIGNATURE].map(({ choice, type }) =>
	credentialShownFor(type, 'vonage', { [vonageAuthenticationField.name]: choice }),
);

/** Vonage no longer takes new customers for this programme; whoever reads this should know before trying. */
export const vonageProgrammeNotice = providerNotice(
	'vonage',
	'This is the opt-out list of Vonage\'s US Short Code Alerts. Vonage accepts no new programmes on shared short codes. <a href="https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription" target="_blank">Vonage: subscription management</a>',
);

const answerFormat: INodeProperties = {
	displayName: 'Answer Format',
	name: 'answerFormat',
	type: 'options',
	options: [
		{ name: 'JSON', value: 'json' },
		{ name: 'XML', value: 'xml' },
	],
	default: 'json',
	description: 'In which format Vonage should answer. The results of this node are the same.',
};

function methodField(byDefault: 'GET' | 'POST'): INodeProperties {
	return {
		displayName: 'Method',
		name: 'method',
		type: 'options',
		options: [
			{ name: 'GET', value: 'GET', description: 'Puts the parameters into the web address, where servers on the way may log them' },
			{ name: 'POST', value: 'POST', description: 'Keeps the parameters out of the web address' },
		],
		default: byDefault,
		description: 'How the call is sent. Vonage does the same for both.',
	};
}

/** What a node lets the person set about the calls themselves. */
export interface VonageCallFields {
	field: INodeProperties;
	/** @throws {InputProblem} when an expression gave any other value */
	read: (entries: Entries) => { format: 'json' | 'xml'; method: 'GET' | 'POST' };
}

/**
 * @param methodByDefault what is sent when nothing was chosen
 * @param more further fields of the same collection, sorted after 'Method'
 */
export function vonageCallFields(methodByDefault: 'GET' | 'POST', more: INodeProperties[] = []): VonageCallFields {
	const method = methodField(methodByDefault);
	const field: INodeProperties = {
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [answerFormat, method, ...more],
	};
	return {
		field,
		read(entries) {
			const fields = entries.within(field);
			return {
				format: fields.choice(answerFormat, ['json', 'xml'] as const) ?? 'json',
				method: fields.choice(method, ['GET', 'POST'] as const) ?? methodByDefault,
			};
		},
	};
}

/**
 * @param entries one item's entries
 * @returns the credential type of the chosen authentication
 * @throws {InputProblem} when it is none of the list
 */
export function vonageCredentialOf(entries: Entries): string {
	const chosen = entries.choice(vonageAuthenticationField, [KEY_AND_SECRET.choice, SIGNATURE.choice]);
	return chosen === SIGNATURE.choice ? SIGNATURE.type : KEY_AND_SECRET.type;
}
