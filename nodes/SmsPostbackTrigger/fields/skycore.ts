import type { XmlElement } from '../../../consent/call';
import type { EventFacts } from '../../../consent/event';
import { notificationOfJson } from '../../../providers/skycore/jsonNotification';
import { readSkycorePostback } from '../../../providers/skycore/postback';
import { decodeText } from '../../../transport/charset';
import { parseJson } from '../../../transport/json';
import { headerOf, receiveBytes } from '../../../transport/receive';
import { parseXml, POSTBACK_LIMITS } from '../../../transport/xml';
import { xmlTextOf } from '../../../transport/xmlBody';
import { noProofNotice, sharedSecretOption, withoutProofOption } from '../authenticity';
import { requirePlausibleNotification } from '../plausibleNotification';
import { credentialsField, shownFor } from '../../fields/form';
import type { PostbackSender } from '../sender';
import { requireSharedSecret, testSharedSecret } from '../sharedSecret';

/** Skycore's opt-in status and message inbox postbacks: https://www.skycore.com/help/opt-in-status-postback-v1/ */
export const skycore: PostbackSender = {
	option: { name: 'Skycore', value: 'skycore', description: 'Opt-in status postbacks (N301, N302), e-mail opt-ins and inbound messages, as XML or JSON' },
	methods: ['POST'],
	properties: shownFor('skycore', [
		{
			displayName: 'Verify Sender By',
			name: 'authenticity',
			type: 'options',
			options: [sharedSecretOption('Skycore signs nothing, so agree on a secret that only Skycore and n8n know'), withoutProofOption],
			default: 'secret',
			description: 'How a postback proves that it comes from Skycore. Whatever cannot prove it is answered 401 and starts nothing.',
		},
		noProofNotice('skycore', 'authenticity'),
		credentialsField,
		{
			displayName:
				'At Skycore: open Settings, then API Settings, and paste the production URL of this node into Postback URL. If you chose a secret in the URL, add it to the end: ?token=YOUR-SECRET. Have your account manager switch on the opt-in status postbacks, and the message inbox postbacks if you want the texts themselves.',
			name: 'skycoreSetUpNotice',
			type: 'notice',
			default: '',
		},
	]),
	credentialTests: { testSharedSecret },
	async receive(context, request): Promise<EventFacts[]> {
		const bytes = await receiveBytes(request);
		if (context.getNodeParameter('authenticity') !== 'none') await requireSharedSecret(context, request);
		const { document, warnings } = documentIn(bytes, headerOf(request, 'content-type') ?? '');
		requirePlausibleNotification(document);
		const events = readSkycorePostback(document);
		return warnings.length === 0 ? events : events.map((event) => ({ ...event, warnings: [...event.warnings, ...warnings] }));
	},
};

/** The content type is undocumented, so the body itself says which of the two it is. */
function documentIn(bytes: Buffer, contentType: string): { document: XmlElement; warnings: string[] } {
	if (!/^\s*multipart\//i.test(contentType)) {
		const { text, warnings } = decodeText(bytes, contentType);
		if (text.trimStart().startsWith('{')) return { document: notificationOfJson(parseJson(text)), warnings };
	}
	const xml = xmlTextOf(bytes, contentType);
	return { document: parseXml(xml.text, POSTBACK_LIMITS), warnings: xml.warnings };
}
