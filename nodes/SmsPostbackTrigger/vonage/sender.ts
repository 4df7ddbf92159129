import { type EventFacts, withWarnings } from '../../../consent/event';
import type { OwnWords } from '../../../consent/keyword';
import { readVonagePostback } from '../../../providers/vonage/postback';
import { readVonageStatus } from '../../../providers/vonage/statusPostback';
import { parsePostbackXml } from '../../../transport/codec/xml';
import { bodyText } from '../../../transport/inbound/bodyText';
import { parseJson } from '../../../transport/inbound/json';
import { bodyParameters, queryParameters, type PostbackParameters } from '../../../transport/inbound/parameters';
import { headerOf, type PostbackRequest, rawBodyOf } from '../../../transport/inbound/rawBody';
import { PostbackRejected } from '../../../transport/inbound/rejection';
import { credentialsField } from '../../fields/form';
import { requireFreshness } from '../freshness';
import { ownWordsOf } from '../ownWords';
import type { PostbackSender, Verification } from '../sender';
import { requireSharedSecret, SHARED_SECRET, sharedSecretProof } from '../sharedSecret';
import { NO_PROOF } from '../verifySenderBy';
import { requireSignature, requireToken, signatureProof, type SigningSecret, signingSecretOf, tokenOf } from './proof';

const VERIFICATION: Verification = {
	parameter: 'authenticity',
	proofs: [signatureProof, sharedSecretProof('For accounts without signed webhooks: a secret that you add to the URL at Vonage')],
	description: 'How a webhook proves that it comes from Vonage. Anything that cannot prove it is answered 401 and starts nothing.',
	setUp:
		'At Vonage: open Settings, then API Settings, choose SMS API, and paste the production URL of this node into the inbound SMS webhook; or set it for one number under Your Numbers, Manage. GET, POST and POST-JSON all work. Vonage support has to switch on signed webhooks. With the Messages API, paste it into the Inbound URL of your application.',
};

/** Vonage's inbound webhooks, where STOP arrives: https://developer.vonage.com/en/messaging/sms/guides/inbound-sms and https://developer.vonage.com/en/api/messages */
export const vonage: PostbackSender = {
	provider: 'vonage',
	description: 'Inbound texts of the SMS API and the Messages API, where STOP arrives, and the responses of the opt-in calls',
	methods: ['GET', 'POST'],
	verification: VERIFICATION,
	properties: [
		credentialsField,
		{
			displayName: 'Replay Window (Minutes)',
			name: 'replayWindowMinutes',
			type: 'number',
			default: 5,
			typeOptions: { minValue: 1, maxValue: 1440 },
			displayOptions: { show: { [VERIFICATION.parameter]: [signatureProof.option.value] } },
			description:
				'How old a signature may be. Opt-outs are accepted for 24 hours, as long as Vonage retries, so that none is lost while n8n is down.',
		},
	],
	async receive(context, request): Promise<EventFacts[]> {
		const verifiedBy = context.getNodeParameter(VERIFICATION.parameter);
		const words = ownWordsOf(context);
		if (verifiedBy === NO_PROOF) return eventsIn(await contentOf(request), words);
		if (verifiedBy === SHARED_SECRET) {
			const secretName = await requireSharedSecret(context, request);
			return eventsIn(withoutParameter(await contentOf(request), secretName), words);
		}
		const signing = await signingSecretOf(context);
		const { content, signedAtMs } = await signedContent(request, signing);
		return requireFreshness(eventsIn(content, words), signedAtMs, Number(context.getNodeParameter('replayWindowMinutes', 5)));
	},
};

/** Parameters, or a document that has no place for any: a response of an opt-in call that comes as XML or as a list. */
type Content = { warnings: string[] } & ({ parameters: PostbackParameters } | { document: Parameters<typeof readVonageStatus>[0] });

async function contentOf(request: PostbackRequest): Promise<Content> {
	if (request.method === 'GET') return { parameters: queryParameters(request.originalUrl ?? request.url), warnings: [] };
	return contentIn(await rawBodyOf(request), headerOf(request, 'content-type') ?? '');
}

function contentIn(bytes: Buffer, contentType: string): Content {
	const { text, warnings } = bodyText(bytes, contentType);
	if (/^\s*</.test(text)) {
		const xml = parsePostbackXml(text);
		return { document: { xml: xml.document }, warnings: [...warnings, ...xml.warnings] };
	}
	if (/^\s*\[/.test(text)) return { document: { json: parseJson(text) }, warnings };
	return bodyParameters(bytes, contentType);
}

/** A token covers the whole body, whatever it holds; the parameter `sig` covers parameters. */
async function signedContent(request: PostbackRequest, signing: SigningSecret): Promise<{ content: Content; signedAtMs: number }> {
	const token = tokenOf(request);
	if (token !== undefined && request.method !== 'GET') {
		const bytes = await rawBodyOf(request);
		const signedAtMs = requireToken(token, bytes, signing);
		return { content: contentIn(bytes, headerOf(request, 'content-type') ?? ''), signedAtMs };
	}
	const content = await contentOf(request);
	return { content, signedAtMs: requireSignature('parameters' in content ? content.parameters : {}, signing) };
}

function eventsIn(content: Content, words: OwnWords): EventFacts[] {
	const events = 'parameters' in content ? readVonagePostback(content.parameters, words) : readVonageStatus(content.document);
	if (events.length === 0)
		throw new PostbackRejected(400, 'document', 'It is neither a message nor a response that says where a number stands');
	return events.map((event) => withWarnings(event, content.warnings));
}

function withoutParameter(content: Content, name: string | undefined): Content {
	if (!('parameters' in content)) return content;
	const kept = Object.entries(content.parameters).filter(([parameter]) => parameter !== name);
	return { ...content, parameters: Object.assign(Object.create(null), Object.fromEntries(kept)) as PostbackParameters };
}
