import type { INodeProperties } from 'n8n-workflow';

import type { Wire } from '../../providers/vonage/request';
import { credentialShownFor, providerNotice } from './form';
import type { ParameterReader } from './parameterReader';
import { requiredPhone, requireLongE164 } from './phone';

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

/** Vonage no longer takes new customers for this program; whoever reads this should know before trying. */
export const vonageProgramNotice = providerNotice(
	'vonage',
	'This is the opt-out list of Vonage\'s US Short Code Alerts. Vonage accepts no new programs on shared short codes. <a href="https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription" target="_blank">Vonage: subscription management</a>',
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
	read: (parameters: ParameterReader) => Wire;
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
		read(parameters) {
			const fields = parameters.group(field);
			return {
				format: fields.choice(answerFormat, ['json', 'xml'] as const) ?? 'json',
				method: fields.choice(method, ['GET', 'POST'] as const) ?? methodByDefault,
			};
		},
	};
}

/**
 * @param parameters one item's entries
 * @returns the credential type of the chosen authentication
 * @throws {InputProblem} when it is none of the list
 */
export function vonageCredentialOf(parameters: ParameterReader): string {
	const chosen = parameters.choice(vonageAuthenticationField, [KEY_AND_SECRET.choice, SIGNATURE.choice]);
	return chosen === SIGNATURE.choice ? SIGNATURE.type : KEY_AND_SECRET.type;
}

/**
 * @param parameters one item's entries
 * @returns the number in E.164
 * @throws {InputProblem} when nothing was entered, or something that Vonage does not accept
 */
export function requiredVonagePhone(parameters: ParameterReader): string {
	return requireLongE164(parameters, requiredPhone(parameters));
}
