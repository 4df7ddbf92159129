import type { XmlElement } from '../../consent/call';
import { isAnotherNumber } from '../../consent/phone';
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
	/** Every one that it holds, as written, each word once: two contradict each other. */
	statuses: string[];
	/** Upper case; the first that says something. */
	errorCode: string | undefined;
	errorInfo: string | undefined;
	/** Every number that it names. */
	mobiles: string[];
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
	for (const { name, text } of document.children) {
		if (!SECRET_NAMES.has(name.toUpperCase()) && !isUnsafeName(name)) fields[name] = text;
	}
	const said: Said = new Map();
	collect(document, said, false);
	return {
		statuses: [...new Map(said.get('STATUS')?.map((status) => [status.toLowerCase(), status])).values()],
		errorCode: said.get('ERRORCODE')?.[0]?.toUpperCase(),
		errorInfo: said.get('ERRORINFO')?.[0],
		mobiles: [...new Set(said.get('MOBILE'))],
		fields,
	};
}

/** What is known of the person, in their own words. */
const PROFILE = 'DATA';
/** Where it stands deeper inside, only such a STATUS is about the call, and not about a campaign or a person. */
const STATUS_OF_A_CALL = /^(success|failure|failed|error)$/i;

/** What elements and attributes hold that are not empty, by their names in upper case. */
type Said = Map<string, string[]>;

/** Attributes and inner elements too: a refusal counts wherever it stands. */
function collect({ attributes, children }: XmlElement, said: Said, isInner: boolean): void {
	for (const [name, text] of Object.entries(attributes)) note(name.toUpperCase(), text.trim(), said, isInner);
	for (const { name, text } of children) note(name.toUpperCase(), text, said, isInner);
	for (const child of children) if (child.name.toUpperCase() !== PROFILE) collect(child, said, true);
}

function note(name: string, text: string, said: Said, isInner: boolean): void {
	if (text === '' || (isInner && name === 'STATUS' && !STATUS_OF_A_CALL.test(text))) return;
	const texts = said.get(name);
	if (texts === undefined) said.set(name, [text]);
	else texts.push(text);
}

/** The one STATUS of a call that was carried out. */
const SUCCESS = /^success$/i;

/**
 * @param said by a document of Skycore
 * @returns true when one STATUS is that of success, whatever stands beside it
 */
export function mentionsSuccess({ statuses }: Pick<SkycoreResponse, 'statuses'>): boolean {
	return statuses.some((status) => SUCCESS.test(status));
}

/**
 * @param said by a document of Skycore
 * @param phone that was asked about, E.164
 * @returns true when it names somebody else's number
 */
export function namesAnother({ mobiles }: Pick<SkycoreResponse, 'mobiles'>, phone: string): boolean {
	return mobiles.some((mobile) => isAnotherNumber(mobile, phone));
}

/**
 * @param said by a document of Skycore
 * @param phone that was asked about, E.164
 * @returns true when nothing in the document speaks against success
 */
export function isSuccess({ statuses, errorCode, errorInfo, mobiles }: SkycoreResponse, phone: string): boolean {
	const isUnanimous = statuses.length === 1 && mentionsSuccess({ statuses });
	return isUnanimous && errorCode === undefined && errorInfo === undefined && !namesAnother({ mobiles }, phone);
}
