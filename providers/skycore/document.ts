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

/** By what an account names its campaigns: a reference, or in older accounts a whole number. */
export type SkycoreCampaign = { campaignRef: string; campaignId?: undefined } | { campaignRef?: undefined; campaignId: string };

/**
 * @param campaign beside whatever else a call takes
 * @returns how it is called in results and in postbacks
 */
export function campaignName({ campaignRef, campaignId }: SkycoreCampaign): string {
	return campaignRef ?? campaignId;
}

/** Whom and what a call was about. */
export type Asked = SkycoreCampaign & {
	/** E.164 */
	phone: string;
};

/** What a RESPONSE document says. */
export interface SkycoreResponse {
	/** Every one that it holds, as written, each word once: two contradict each other. */
	statuses: string[];
	/** Upper case; the first that says something. */
	errorCode: string | undefined;
	errorInfo: string | undefined;
	/** Every number that it names. */
	mobiles: string[];
	/** Every campaign that it names, by reference and by ID. */
	campaignRefs: string[];
	campaignIds: string[];
	/** The customer's own ID of the person; the first that says something. */
	subscriberRef: string | undefined;
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
		campaignRefs: said.get('CAMPAIGNREF') ?? [],
		campaignIds: said.get('CAMPAIGNID') ?? [],
		subscriberRef: said.get('SUBSCRIBERREF')?.[0],
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
 * @param asked whom the call was about
 * @returns true when it names somebody else's number
 */
export function namesAnotherNumber({ mobiles }: SkycoreResponse, { phone }: Asked): boolean {
	return mobiles.some((mobile) => isAnotherNumber(mobile, phone));
}

/**
 * @param said by a document of Skycore
 * @param asked what the call was about
 * @returns true when it names another campaign, in the way that was asked: a reference tells nothing about an ID
 */
export function namesAnotherCampaign({ campaignRefs, campaignIds }: SkycoreResponse, asked: Asked): boolean {
	const named = asked.campaignRef === undefined ? campaignIds : campaignRefs;
	return named.some((name) => name.trim().toLowerCase() !== campaignName(asked).trim().toLowerCase());
}

/**
 * @param said by a document of Skycore
 * @param asked whom and what the call was about
 * @returns true when nothing in the document speaks against success
 */
export function isSuccess(said: SkycoreResponse, asked: Asked): boolean {
	const isUnanimous = said.statuses.length === 1 && mentionsSuccess(said);
	const isAboutIt = !namesAnotherNumber(said, asked) && !namesAnotherCampaign(said, asked);
	return isUnanimous && said.errorCode === undefined && said.errorInfo === undefined && isAboutIt;
}
