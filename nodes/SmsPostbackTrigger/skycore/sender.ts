import type { XmlElement } from '../../../consent/call';
import { type EventFacts, withWarnings } from '../../../consent/event';
import { notificationOfJson } from '../../../providers/skycore/jsonNotification';
import { requirePlausibleNotification } from '../../../providers/skycore/plausibleNotification';
import { readSkycorePostback } from '../../../providers/skycore/postback';
import { parsePostbackXml } from '../../../transport/codec/xml';
import { bodyText } from '../../../transport/inbound/bodyText';
import { parseJson } from '../../../transport/inbound/json';
import { headerOf, rawBodyOf } from '../../../transport/inbound/rawBody';
import { xmlTextsOf } from '../../../transport/inbound/xmlBody';
import { credentialsField } from '../../fields/form';
import { ownWordsOf } from '../ownWords';
import type { PostbackSender, Verification } from '../sender';
import { requireSharedSecret, sharedSecretProof } from '../sharedSecret';
import { NO_PROOF } from '../verifySenderBy';

const VERIFICATION: Verification = {
	parameter: 'authenticity',
	proofs: [sharedSecretProof('Skycore signs nothing, so use a secret that only Skycore and n8n know')],
	description: 'How a postback proves that it comes from Skycore. Anything that cannot prove it is answered 401 and starts nothing.',
	setUp:
		'At Skycore: open Settings, then API Settings, and paste the production URL of this node into Postback URL. If the secret goes into the URL, add it to the end: ?token=YOUR-SECRET. Ask your account manager to switch on the opt-in status postbacks, and the message inbox postbacks if you want the texts themselves.',
};

/** Skycore's opt-in status and message inbox postbacks: https://www.skycore.com/help/opt-in-status-postback-v1/ */
export const skycore: PostbackSender = {
	provider: 'skycore',
	description: 'Opt-in status postbacks (N301, N302), email opt-ins and inbound messages, as XML or JSON',
	methods: ['POST'],
	verification: VERIFICATION,
	properties: [credentialsField],
	async receive(context, request): Promise<EventFacts[]> {
		if (context.getNodeParameter(VERIFICATION.parameter) !== NO_PROOF) await requireSharedSecret(context, request);
		const bytes = await rawBodyOf(request);
		const words = ownWordsOf(context);
		return documentsIn(bytes, headerOf(request, 'content-type') ?? '').flatMap(({ document, warnings }) => {
			requirePlausibleNotification(document);
			return readSkycorePostback(document, words).map((event) => withWarnings(event, warnings));
		});
	},
};

interface PostedDocument {
	document: XmlElement;
	warnings: string[];
}

/** The content type is undocumented, so the body itself says which of the two it is. */
function documentsIn(bytes: Buffer, contentType: string): PostedDocument[] {
	if (!/^\s*multipart\//i.test(contentType)) {
		const { text, warnings } = bodyText(bytes, contentType);
		if (text.trimStart().startsWith('{')) return [{ document: notificationOfJson(parseJson(text)), warnings }];
	}
	return xmlTextsOf(bytes, contentType).map((xml) => {
		const { document, warnings } = parsePostbackXml(xml.text);
		return { document, warnings: [...xml.warnings, ...warnings] };
	});
}
