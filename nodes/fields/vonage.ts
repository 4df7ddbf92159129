import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import type { Wire } from '../../providers/vonage/request';
import { ADDITIONAL_FIELDS, additionalFields, credentialShownFor } from './form';
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
	hint: 'For US Short Code Alerts: Vonage accepts no new programs on shared short codes',
};

export const vonageCredentials = [KEY_AND_SECRET, SIGNATURE].map(({ choice, type }) =>
	credentialShownFor(type, 'vonage', { [vonageAuthenticationField.name]: choice }),
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

const method: INodeProperties = {
	displayName: 'Method',
	name: 'method',
	type: 'options',
	options: [
		{
			name: 'GET',
			value: 'GET',
			description:
				"Puts everything into the web address, where servers on the way may log it: with the credential's 'Request Body' the API secret too",
		},
		{ name: 'POST', value: 'POST', description: 'As a form; keeps everything out of the web address' },
		{ name: 'POST as JSON', value: 'POST_JSON', description: "As a JSON object; goes with the Answer Format 'JSON'" },
	],
	default: 'POST',
	description: 'How the call is sent. Vonage does the same for all of them.',
};

/**
 * @param more what else a node offers there
 * @returns 'Additional Fields', with those about the calls themselves
 */
export function vonageAdditionalFields(more: INodeProperties[]): INodeProperties {
	return additionalFields([answerFormat, method, ...more]);
}

/**
 * @param parameters one item's entries
 * @returns how the calls are written
 * @throws {InputProblem} when an expression gave any other value, or two that do not go together
 */
export function enteredWire(parameters: ParameterReader): Wire {
	const fields = parameters.group(ADDITIONAL_FIELDS);
	const wire: Wire = {
		format: fields.choice(answerFormat, ['json', 'xml'] as const) ?? 'json',
		method: fields.choice(method, ['GET', 'POST', 'POST_JSON'] as const) ?? 'POST',
	};
	if (wire.format === 'xml' && wire.method === 'POST_JSON') {
		throw new InputProblem(
			"'Method' is 'POST as JSON', which Vonage takes only where 'Answer Format' is 'JSON'",
			"Set 'Answer Format' to 'JSON', or 'Method' to 'POST'.",
		);
	}
	return wire;
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
