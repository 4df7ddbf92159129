import type { IWebhookFunctions } from 'n8n-workflow';

import type { EventFacts } from '../../../consent/event';
import { readAttentivePostback } from '../../../providers/attentive/postback';
import { attentiveSignatureMatches } from '../../../providers/attentive/signature';
import { decodeText } from '../../../transport/charset';
import { parseJson } from '../../../transport/json';
import type { PostbackRequest } from '../../../transport/receive';
import { headerOf, receiveBytes } from '../../../transport/receive';
import { PostbackRejected } from '../../../transport/rejection';
import { attentiveAuthenticationField } from '../../fields/attentive';
import { credentialsField, NEVER_CHOSEN, shownFor } from '../../fields/form';
import { attentiveRegistration } from '../attentiveRegistration';
import { noProofNotice, withoutProofOption } from '../authenticity';
import { SIGNING_KEY_CREDENTIAL, signingKeysOf, testSigningKey } from '../attentiveSigningKeys';
import type { PostbackSender } from '../sender';

const SIGNATURE_HEADER = 'x-attentive-hmac-sha256';

/** Attentive's webhooks: https://docs.attentive.com/pages/webhooks/webhook-payloads */
export const attentive: PostbackSender = {
	option: { name: 'Attentive', value: 'attentive', description: 'Subscribed and unsubscribed events for SMS and e-mail, and inbound messages, as signed JSON' },
	methods: ['POST'],
	properties: shownFor('attentive', [
		{
			displayName: 'Verify Sender By',
			// A name of its own: a value left over from another provider would not be among these choices.
			name: 'attentiveAuthenticity',
			type: 'options',
			options: [
				{ name: 'Signature', value: 'signature', description: 'Attentive signs every webhook with the key that its dashboard shows' },
				withoutProofOption,
			],
			default: 'signature',
			description: 'How a webhook proves that it comes from Attentive. Whatever cannot prove it is answered 401 and starts nothing.',
		},
		noProofNotice('attentive', 'attentiveAuthenticity'),
		{ ...credentialsField, displayOptions: { show: { registerWebhook: [false] } } },
		{
			displayName: 'Register Webhook Automatically',
			name: 'registerWebhook',
			type: 'boolean',
			default: false,
			options: NEVER_CHOSEN,
			description: 'Whether to create the webhook at Attentive when the workflow is activated and delete it when it is deactivated',
		},
		{
			displayName:
				'At Attentive: open the integrations set-up page, choose your app under Built by you, then Webhooks. Paste the production URL of this node into HTTP Post URL, click Save and generate signing key, and put that key into the credential above. Under Events tick sms.subscribed, sms.unsubscribed and sms.inbound_message.',
			name: 'attentiveSetUpNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { registerWebhook: [false] } },
		},
		{
			displayName:
				'Attentive’s documents do not list sms.unsubscribed among the events that can be registered this way. If Attentive refuses it, the rest is registered, n8n’s log says so, and every event carries a warning: then tick sms.unsubscribed under Webhooks &gt; Events of your app, or opt-outs will not arrive. The signing key still has to be copied from the dashboard.',
			name: 'attentiveRegisterNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { registerWebhook: [true] } },
		},
		{ ...attentiveAuthenticationField, displayOptions: { show: { registerWebhook: [true] } } },
		{ ...credentialsField, name: 'registrationCredentials', displayOptions: { show: { registerWebhook: [true] } } },
	]),
	credentialTests: { testSigningKey },
	async receive(context, request): Promise<EventFacts[]> {
		const bytes = await receiveBytes(request);
		if (context.getNodeParameter('attentiveAuthenticity') !== 'none') await requireSignature(context, request, bytes);
		const { text } = decodeText(bytes, headerOf(request, 'content-type') ?? '');
		return readAttentivePostback(parseJson(text));
	},
	registration: attentiveRegistration,
};

async function requireSignature(context: IWebhookFunctions, request: PostbackRequest, bytes: Buffer): Promise<void> {
	const keys = signingKeysOf(await context.getCredentials(SIGNING_KEY_CREDENTIAL));
	if (keys.length === 0) throw new PostbackRejected(401, 'set-up', 'The credential holds no signing key, so no signature can be right: fill it in');
	const signature = headerOf(request, SIGNATURE_HEADER);
	if (signature === undefined || signature.trim() === '') throw new PostbackRejected(401, 'signature', `The header ${SIGNATURE_HEADER} is missing`);
	if (!attentiveSignatureMatches(bytes, signature, keys)) throw new PostbackRejected(401, 'signature', 'The signature fits none of the signing keys');
}
