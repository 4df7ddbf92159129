import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { TRIGGER_PANEL } from '../../../nodes/SmsPostbackTrigger/panel';
import { readAttentivePostback } from '../../../providers/attentive/postback';
import { attentiveSignatureMatches } from '../../../providers/attentive/webhookSignature';
import { readSkycorePostback } from '../../../providers/skycore/postback';
import { readVonagePostback } from '../../../providers/vonage/postback';
import { parseXml, POSTBACK_LIMITS } from '../../../transport/codec/xml';
import { queryParameters } from '../../../transport/inbound/parameters';

const PAGE = readFileSync('docs/postbacks.md', 'utf8');
const OPT_OUT = { action: 'opt-out', phone: '+16502424956', occurredAt: '2024-07-02T18:32:23Z', warnings: [] };

function taken(form: RegExp): string {
	return form.exec(PAGE)?.[1] ?? '';
}

test('the Skycore sample is an opt-out, and the one in the trigger’s panel', () => {
	const document = taken(/--data '(<POSTBACK>[^']+)'/);
	expect(readSkycorePostback(parseXml(document, POSTBACK_LIMITS))).toEqual([expect.objectContaining({ ...OPT_OUT, campaign: '1478' })]);
	for (const text of Object.values(TRIGGER_PANEL.executionsHelp as { inactive: string; active: string })) {
		const sample = /<pre>([^]+)<\/pre>/.exec(text)?.[1]?.replaceAll('&lt;', '<').replaceAll('&gt;', '>') ?? '';
		const inPanel = /--data '([^']+)'/.exec(sample)?.[1] ?? '';
		expect(inPanel.replaceAll('\n', '')).toBe(document);
		expect(readSkycorePostback(parseXml(inPanel, POSTBACK_LIMITS))).toEqual([expect.objectContaining({ ...OPT_OUT, campaign: '1478' })]);
		// The pane cuts off what does not fit its width.
		for (const line of sample.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
	}
});

test('the Vonage sample is an opt-out', () => {
	const parameters = queryParameters(taken(/curl -i '(PASTE-THE-TEST-URL-HERE\?[^']+msisdn[^']+)'/));
	expect(readVonagePostback(parameters)).toEqual([expect.objectContaining({ ...OPT_OUT, keyword: 'STOP', needsReview: false })]);
});

test('the Attentive sample is an opt-out, and signed as the trigger verifies', () => {
	const body = taken(/BODY='([^']+)'/);
	expect(readAttentivePostback(JSON.parse(body))).toEqual([expect.objectContaining({ ...OPT_OUT, campaign: 'MARKETING TEXT' })]);
	const signature = createHmac('sha256', 'YOUR-SIGNING-KEY').update(body, 'utf8').digest('hex');
	expect(attentiveSignatureMatches(Buffer.from(body), signature, ['YOUR-SIGNING-KEY'])).toBe(true);
});
