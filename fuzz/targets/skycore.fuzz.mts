import { readSkycorePostback } from '../../providers/skycore/postback';
import { parsePostbackXml } from '../../transport/codec/xml';
import { xmlTextsOf } from '../../transport/inbound/xmlBody';
import { headAndBody } from '../input.mts';
import { keptByEvents } from '../invariants.mts';

/** Bytes under some content type, through charset, form, XML and Skycore's own reader. */
export function fuzz(data: Buffer): void {
	const { contentType, body } = headAndBody(data);
	keptByEvents(() => xmlTextsOf(body, contentType).flatMap(({ text }) => readSkycorePostback(parsePostbackXml(text).document)));
}
