import type { XmlElement } from '../../consent/call';
import { isUnsafeName } from '../../consent/unsafeNames';

/**
 * Makes an element of a request or a notification; Skycore's documents have no attributes.
 *
 * @param name of the element
 * @param text its own text
 * @param children in their order
 */
export function element(name: string, text: string, children: XmlElement[] = []): XmlElement {
	return { name, attributes: {}, children, text };
}

/** What a RESPONSE document says. */
export interface SkycoreResponse {
	status: string | undefined;
	/** Upper case. */
	errorCode: string | undefined;
	errorInfo: string | undefined;
	mobile: string | undefined;
	/** All of them, under the provider's names. */
	fields: Record<string, string>;
}

const SECRET_NAMES: ReadonlySet<string> = new Set(['API_KEY', 'PASS']);

/**
 * Reads a response's document; the order of its elements and their case do not matter.
 * https://www.skycore.com/help/subscribe-v1/
 *
 * @param document the response's root element, where it is XML
 * @returns undefined when it is no document of this provider
 */
export function readResponse(document: XmlElement | undefined): SkycoreResponse | undefined {
	if (document?.name.toUpperCase() !== 'RESPONSE') return undefined;
	const fields: Record<string, string> = {};
	const byMeaning = new Map<string, string>();
	for (const { name, text } of document.children) {
		const meaning = name.toUpperCase();
		if (SECRET_NAMES.has(meaning) || isUnsafeName(name)) continue;
		fields[name] = text;
		if (!byMeaning.has(meaning)) byMeaning.set(meaning, text);
	}
	const given = (meaning: string) => byMeaning.get(meaning) || undefined;
	return {
		status: given('STATUS'),
		errorCode: given('ERRORCODE')?.toUpperCase(),
		errorInfo: given('ERRORINFO'),
		mobile: given('MOBILE'),
		fields,
	};
}
