import type { IWebhookFunctions } from 'n8n-workflow';

import type { EventFacts } from '../../../consent/event';
import { readVonagePostback } from '../../../providers/vonage/postback';
import { bodyParameters, queryParameters } from '../../../transport/parameters';
import type { PostbackParameters } from '../../../transport/parameters';
import { headerOf, receiveBytes } from '../../../transport/receive';
import { noProofNotice, sharedSecretOption, withoutProofOption } from '../authenticity';
import { credentialsField, shownFor } from '../../fields/form';
import type { PostbackSender } from '../sender';
import { requireSharedSecret, secretParameter } from '../sharedSecret';
import { requireFreshness, requireVonageSignature } from '../vonageSignature';

/** Vonage's inbound SMS webhook, where STOP arrives: https://developer.vonage.com/en/messaging/sms/guides/inbound-sms */
export const vonage: PostbackSender = {
	option: { name: 'Vonage', value: 'vonage', description: 'Inbound SMS with STOP and other keywords, by GET, form or JSON' },
	methods: ['GET', 'POST'],
	properties: shownFor('vonage', [
		{
			displayName: 'Verify Sender By',
			name: 'authenticity',
			type: 'options',
			options: [
				{ name: 'Signature', value: 'signature', description: 'Vonage signs all parameters once its support has switched signed webhooks on' },
				sharedSecretOption('For accounts without signed webhooks: a secret that you add to the URL at Vonage'),
				withoutProofOption,
			],
			default: 'signature',
			description: 'How a webhook proves that it comes from Vonage. Whatever cannot prove it is answered 401 and starts nothing.',
		},
		noProofNotice('vonage', 'authenticity'),
		credentialsField,
		{
			displayName:
				'At Vonage: in the dashboard open Settings &gt; API Settings, choose SMS API, and paste the production URL of this node into the inbound SMS webhook; or set it for one number under Your numbers &gt; Manage. Any Webhook format works: GET, POST and POST-JSON. Signed webhooks have to be switched on by Vonage support.',
			name: 'vonageSetUpNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Replay Window (Minutes)',
			name: 'replayWindowMinutes',
			type: 'number',
			default: 5,
			typeOptions: { minValue: 1, maxValue: 1440 },
			displayOptions: { show: { authenticity: ['signature'] } },
			description: 'How old a signature may be. Opt-outs are accepted for 24 hours, as long as Vonage retries, so that none is lost when n8n was down.',
		},
	]),
	async receive(context, request): Promise<EventFacts[]> {
		const bytes = request.method === 'GET' ? undefined : await receiveBytes(request);
		const authenticity = context.getNodeParameter('authenticity');
		if (authenticity === 'secret') await requireSharedSecret(context, request);
		const parameters = bytes === undefined ? queryParameters(request.originalUrl ?? request.url) : bodyParameters(bytes, headerOf(request, 'content-type') ?? '');
		if (authenticity === 'none') return readVonagePostback(parameters);
		if (authenticity === 'secret') return readVonagePostback(await withoutSecret(context, parameters));
		return await signedEvents(context, parameters);
	},
};

async function signedEvents(context: IWebhookFunctions, parameters: PostbackParameters): Promise<EventFacts[]> {
	const signedAtMs = await requireVonageSignature(context, parameters);
	return requireFreshness(readVonagePostback(parameters), signedAtMs, Number(context.getNodeParameter('replayWindowMinutes', 5)));
}

async function withoutSecret(context: IWebhookFunctions, parameters: PostbackParameters): Promise<PostbackParameters> {
	const name = await secretParameter(context);
	return Object.assign(Object.create(null), Object.fromEntries(Object.entries(parameters).filter(([parameter]) => parameter !== name))) as PostbackParameters;
}
