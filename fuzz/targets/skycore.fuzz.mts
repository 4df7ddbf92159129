import { readSkycorePostback } from '../../providers/skycore/postback';
import { parseXml, POSTBACK_LIMITS } from '../../transport/codec/xml';
import { xmlTextOf } from '../../transport/inbound/xmlBody';
import { headAndBody } from '../input.mts';
import { keptByEvents } from '../invariants.mts';

/** Bytes under some content type, through charset, form, XML and Skycore's own reader. */
export function fuzz(data: Buffer): void {
	const { contentType, body } = headAndBody(data);
	keptByEvents(() => readSkycorePostback(parseXml(xmlTextOf(body, contentType).text, POSTBACK_LIMITS)));
}
