import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { ATTENTIVE_BASE_URL } from '../providers/attentive/auth';
import { checkedBaseUrl, REDIRECT_RULES } from './testRequest';

/** A connection to an Attentive app that several companies install. */
export class SmsConsentAttentiveOAuth2Api implements ICredentialType {
	name = 'smsConsentAttentiveOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'SMS Consent Attentive OAuth2 API';

	icon: Icon = { light: 'file:../icons/attentive.svg', dark: 'file:../icons/attentive.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/attentive-oauth2-api.md';

	properties: INodeProperties[] = [
		{
			displayName:
				"Attentive gives out no refresh token: when it ends the connection, open this credential and connect again. If connecting stops with 'Insufficient parameters', Attentive sent its code under the name authorizationCode; use the 'SMS Consent Attentive API' credential with an API key instead.",
			name: 'connectionNotice',
			type: 'notice',
			default: '',
		},
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'authorizationCode' },
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'string',
			required: true,
			default: 'https://ui.attentivemobile.com/integrations/oauth-install',
			description: 'Where you are asked to allow the connection. Leave it as it is, unless you go through a proxy.',
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'string',
			required: true,
			default: 'https://api.attentivemobile.com/v1/authorization-codes/tokens',
			description: 'Where n8n gets the token. Leave it as it is, unless you go through a proxy.',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: 'subscriptions:write subscriptions:read webhooks:write',
			description:
				'What the connection may do, separated by spaces: subscribe and unsubscribe (subscriptions:write), look people up (subscriptions:read), register the trigger (webhooks:write). The app must have them too.',
		},
		{ displayName: 'Auth URI Query Parameters', name: 'authQueryParameters', type: 'hidden', default: '' },
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: ATTENTIVE_BASE_URL,
			placeholder: 'e.g. https://api.attentivemobile.com/v1',
			description:
				'Leave it as it is, unless the calls go through a proxy. Behind a proxy with a path of its own, it ends with the version, /v1.',
		},
	];

	test: ICredentialTestRequest = {
		request: { baseURL: checkedBaseUrl(ATTENTIVE_BASE_URL), url: '/me', disableFollowRedirect: true },
		rules: [
			...REDIRECT_RULES,
			{
				type: 'responseCode',
				properties: { value: 401, message: 'Attentive no longer accepts this connection. Connect again.' },
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: "There is no Attentive API at this address. Check that 'Base URL' ends with /v1." },
			},
		],
	};
}
