import { readAttentivePostback } from '../../providers/attentive/postback';
import { decodeText } from '../../transport/charset';
import { parseJson } from '../../transport/json';
import { headAndBody } from '../input.mts';
import { keptByEvents } from '../invariants.mts';

/** Bytes under some content type, through charset, JSON and Attentive's own reader. */
export function fuzz(data: Buffer): void {
	const { contentType, body } = headAndBody(data);
	keptByEvents(() => readAttentivePostback(parseJson(decodeText(body, contentType).text)));
}
