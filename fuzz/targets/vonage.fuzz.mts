import { readVonagePostback } from '../../providers/vonage/postback';
import { bodyParameters, queryParameters } from '../../transport/inbound/parameters';
import { headAndBody } from '../input.mts';
import { keptByEvents } from '../invariants.mts';

/** Bytes as a body of form or JSON, and as the query of a URL, through Vonage's own reader. */
export function fuzz(data: Buffer): void {
	const { contentType, body } = headAndBody(data);
	keptByEvents(() => readVonagePostback(bodyParameters(body, contentType).parameters));
	keptByEvents(() => readVonagePostback(queryParameters(`/webhook?${body.toString('latin1')}`)));
}
