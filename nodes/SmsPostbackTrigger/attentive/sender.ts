import { type EventFacts, withWarnings } from '../../../consent/event';
import { readAttentivePostback } from '../../../providers/attentive/postback';
import { bodyText } from '../../../transport/inbound/bodyText';
import { parseJson } from '../../../transport/inbound/json';
import { headerOf, rawBodyOf } from '../../../transport/inbound/rawBody';
import { attentiveAuthenticationField } from '../../fields/attentive';
import { credentialsField, NEVER_CHOSEN } from '../../fields/form';
import { ownWordsOf } from '../ownWords';
import type { PostbackSender, Verification } from '../sender';
import { NO_PROOF } from '../verifySenderBy';
import { signatureOf, signatureProof } from './proof';
import { registration, REGISTER_PARAMETER } from './registration';

const VERIFICATION: Verification = {
	// A name of its own: a value left over from another provider would not be among these choices.
	parameter: 'attentiveAuthenticity',
	proofs: [signatureProof],
	description: 'How a webhook proves that it comes from Attentive. Anything that cannot prove it is answered 401 and starts nothing.',
	setUp:
		'At Attentive: open the integrations page, choose your app under Built by you, then Webhooks. Paste the production URL of this node into HTTP Post URL, click Save and generate signing key, and put that key into the credential. Under Events, check sms.subscribed, sms.unsubscribed and sms.inbound_message.',
};

const WHILE_REGISTERED_BY_HAND = { show: { [REGISTER_PARAMETER]: [false] } };
const WHILE_REGISTERED_BY_N8N = { show: { [REGISTER_PARAMETER]: [true] } };

/** Attentive's webhooks: https://docs.attentive.com/pages/webhooks/webhook-payloads */
export const attentive: PostbackSender = {
	provider: 'attentive',
	description: 'Subscribed and unsubscribed events for SMS and email, and inbound messages, as signed JSON',
	methods: ['POST'],
	verification: VERIFICATION,
	properties: [
		{ ...credentialsField, displayOptions: WHILE_REGISTERED_BY_HAND },
		{
			displayName: 'Register Webhook Automatically',
			name: REGISTER_PARAMETER,
			type: 'boolean',
			default: false,
			options: NEVER_CHOSEN,
			description: 'Whether to create the webhook at Attentive when the workflow is activated and delete it when it is deactivated',
		},
		{
			displayName:
				'Opt-outs may not arrive this way: Attentive’s documents do not list sms.unsubscribed among the events that an app can register. If Attentive refuses it, every event carries a warning. Then check sms.unsubscribed in your app, under Webhooks &gt; Events. You still have to copy the signing key from the dashboard.',
			name: 'attentiveRegisterNotice',
			type: 'notice',
			default: '',
			displayOptions: WHILE_REGISTERED_BY_N8N,
		},
		{ ...attentiveAuthenticationField, displayOptions: WHILE_REGISTERED_BY_N8N },
		{ ...credentialsField, name: 'registrationCredentials', displayOptions: WHILE_REGISTERED_BY_N8N },
	],
	async receive(context, request): Promise<EventFacts[]> {
		const signed = context.getNodeParameter(VERIFICATION.parameter) !== NO_PROOF;
		const proof = signed ? await signatureOf(context, request) : undefined;
		const bytes = await rawBodyOf(request);
		proof?.requireOver(bytes);
		const { text, warnings } = bodyText(bytes, headerOf(request, 'content-type') ?? '');
		const events = readAttentivePostback(parseJson(text), ownWordsOf(context));
		return events.map((event) => withWarnings(event, warnings));
	},
	registration,
};
