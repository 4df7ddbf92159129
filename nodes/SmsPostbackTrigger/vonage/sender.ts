import type { IWebhookFunctions } from 'n8n-workflow';

import type { EventFacts } from '../../../consent/event';
import { readVonagePostback } from '../../../providers/vonage/postback';
import { readVonageStatus } from '../../../providers/vonage/statusPostback';
import { parsePostbackXml } from '../../../transport/codec/xml';
import { bodyText } from '../../../transport/inbound/bodyText';
import { parseJson } from '../../../transport/inbound/json';
import { bodyParameters, queryParameters, type PostbackParameters } from '../../../transport/inbound/parameters';
import { headerOf, rawBodyOf } from '../../../transport/inbound/rawBody';
import { credentialsField } from '../../fields/form';
import { requireFreshness } from '../freshness';
import type { PostbackSender, Verification } from '../sender';
import { requireSharedSecret, secretParameter, SHARED_SECRET, sharedSecretProof } from '../sharedSecret';
import { NO_PROOF } from '../verifySenderBy';
import { requireSignature, signatureProof } from './proof';

const VERIFICATION: Verification = {
	parameter: 'authenticity',
	proofs: [signatureProof, sharedSecretProof('For accounts without signed webhooks: a secret that you add to the URL at Vonage')],
	description: 'How a webhook proves that it comes from Vonage. Whatever cannot prove it is answered 401 and starts nothing.',
};

/** Vonage's inbound SMS webhook, where STOP arrives: https://developer.vonage.com/en/messaging/sms/guides/inbound-sms */
export const vonage: PostbackSender = {
	provider: 'vonage',
	description: 'Inbound SMS with STOP and other keywords, by GET, form or JSON, and the responses of its opt-in calls',
	methods: ['GET', 'POST'],
	verification: VERIFICATION,
	properties: [
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
			displayOptions: { show: { [VERIFICATION.parameter]: [signatureProof.option.value] } },
			description:
				'How old a signature may be. Opt-outs are accepted for 24 hours, as long as Vonage retries, so that none is lost when n8n was down.',
		},
	],
	async receive(context, request): Promise<EventFacts[]> {
		const verifiedBy = context.getNodeParameter(VERIFICATION.parameter);
		if (verifiedBy === SHARED_SECRET) await requireSharedSecret(context, request);
		const bytes = request.method === 'GET' ? undefined : await rawBodyOf(request);
		const contentType = headerOf(request, 'content-type') ?? '';
		if (bytes !== undefined && verifiedBy !== signatureProof.option.value) {
			const statuses = statusesIn(bytes, contentType);
			if (statuses.length > 0) return statuses;
		}
		const parameters = bytes === undefined ? queryParameters(request.originalUrl ?? request.url) : bodyParameters(bytes, contentType);
		if (verifiedBy === NO_PROOF) return readVonagePostback(parameters);
		if (verifiedBy === SHARED_SECRET) return readVonagePostback(await withoutSecret(context, parameters));
		return await signedEvents(context, parameters);
	},
};

/** A response of an opt-in call that comes as XML or as a list has no place for a signature: only a shared secret lets it in. */
function statusesIn(bytes: Buffer, contentType: string): EventFacts[] {
	const { text } = bodyText(bytes, contentType);
	if (/^\s*</.test(text)) return readVonageStatus({ xml: parsePostbackXml(text).document });
	return /^\s*\[/.test(text) ? readVonageStatus({ json: parseJson(text) }) : [];
}

async function signedEvents(context: IWebhookFunctions, parameters: PostbackParameters): Promise<EventFacts[]> {
	const signedAtMs = await requireSignature(context, parameters);
	return requireFreshness(readVonagePostback(parameters), signedAtMs, Number(context.getNodeParameter('replayWindowMinutes', 5)));
}

async function withoutSecret(context: IWebhookFunctions, parameters: PostbackParameters): Promise<PostbackParameters> {
	const name = await secretParameter(context);
	return Object.assign(
		Object.create(null),
		Object.fromEntries(Object.entries(parameters).filter(([parameter]) => parameter !== name)),
	) as PostbackParameters;
}
