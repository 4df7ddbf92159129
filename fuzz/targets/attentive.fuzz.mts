import { readAttentivePostback } from '../../providers/attentive/postback';
import { bodyText } from '../../transport/inbound/bodyText';
import { parseJson } from '../../transport/inbound/json';
import { headAndBody } from '../input.mts';
import { keptByEvents } from '../invariants.mts';

/** Bytes under some content type, through charset, JSON and Attentive's own reader. */
export function fuzz(data: Buffer): void {
	const { contentType, body } = headAndBody(data);
	keptByEvents(() => readAttentivePostback(parseJson(bodyText(body, contentType).text)));
}
