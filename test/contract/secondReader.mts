/**
 * Reads answers a second time, slowly and without any of the package's code: every leaf of a document as a path and a text, and for each provider the
 * few sentences that its sheet says about success. It knows nothing of error codes; it only tells whether a call was surely carried out.
 */
import { XMLParser } from 'fast-xml-parser';

interface Leaf {
	/** Names from the root, in lower case without dashes and underscores, joined by slashes. */
	path: string;
	text: string;
}

/** What was asked for. */
export interface Asked {
	phone?: string;
	email?: string;
	/** Attentive's subscriptions, such as `MARKETING TEXT`; everything that phone and email reach when not given. */
	subscriptions?: string[];
}

export interface Answer {
	status: number;
	body: string;
}

const EMPTY = ['', '0', 'no', 'none', 'null', 'false', '[]', '{}'];
const ENVELOPE_OF_ERROR = /(^|\/)(errors?)(\/|$)/;

function plainName(name: string): string {
	return name.toLowerCase().replace(/[-_]/g, '').replace(/^@/, '');
}

function leavesOf(value: unknown, path: string): Leaf[] {
	if (typeof value !== 'object' || value === null) return [{ path, text: String(value).trim() }];
	const inner = Object.entries(value);
	if (inner.length === 0) return [{ path, text: Array.isArray(value) ? '[]' : '{}' }];
	return inner.flatMap(([name, each]) => leavesOf(each, Array.isArray(value) ? path : `${path}/${plainName(name)}`));
}

function documentIn(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		if (!body.trimStart().startsWith('<')) return undefined;
	}
	try {
		const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false });
		return parser.parse(body, true);
	} catch {
		return undefined;
	}
}

function named(leaves: readonly Leaf[], name: string): string[] {
	return leaves.filter(({ path }) => path.endsWith(`/${name}`)).map(({ text }) => text);
}

function sameNumber(one: string, other: string): boolean {
	const digits = (text: string): string => text.replace(/\D/g, '').slice(-10);
	return digits(one) === digits(other);
}

function saysNo(leaves: readonly Leaf[]): boolean {
	const error = leaves.some(({ path, text }) => ENVELOPE_OF_ERROR.test(path) && !EMPTY.includes(text.toLowerCase()));
	const noSuccess = leaves.some(({ path, text }) => /^\/(success|ok)$/.test(path) && ['false', '0', 'no'].includes(text.toLowerCase()));
	return error || noSuccess;
}

function skycore(leaves: readonly Leaf[], { phone = '' }: Asked): boolean {
	const own = leaves.filter(({ path }) => !path.includes('/data/') && path.startsWith('/response'));
	const statuses = named(own, 'status').map((text) => text.toLowerCase());
	const words = [...named(own, 'errorcode'), ...named(own, 'errorinfo')].filter((text) => text !== '');
	const numbers = named(own, 'mobile').filter((text) => text !== '');
	return (
		statuses.length > 0 &&
		statuses.every((text) => text === 'success') &&
		words.length === 0 &&
		numbers.every((each) => sameNumber(each, phone))
	);
}

function voyage(leaves: readonly Leaf[], { phone = '' }: Asked): boolean {
	const states = named(leaves, 'state').map((text) => text.toLowerCase());
	const ids = named(leaves, 'subscriberid').filter((text) => !['', 'null', '{}'].includes(text));
	const numbers = ['phone', 'phonenumber', 'mobile'].flatMap((name) => named(leaves, name));
	const isVoyage = ids.length > 0 || states.some((text) => text !== '');
	const fine = states.every((text) =>
		['', 'null', 'subscribed', 'already subscribed', 'opted in', 'pending', 'awaiting confirmation'].includes(text),
	);
	return isVoyage && fine && !saysNo(leaves) && numbers.every((each) => sameNumber(each, phone));
}

function attentive(document: unknown, leaves: readonly Leaf[], { phone, email, subscriptions }: Asked, words: string[]): boolean {
	const { user, subscriptionResponses } = (document ?? {}) as {
		user?: { phone?: string; email?: string };
		subscriptionResponses?: Array<Record<string, unknown>>;
	};
	if (!Array.isArray(subscriptionResponses) || saysNo(leaves)) return false;
	if (phone !== undefined && user?.phone && !sameNumber(user.phone, phone)) return false;
	if (email !== undefined && user?.email && user.email.trim().toLowerCase() !== email.toLowerCase()) return false;
	const rows = subscriptionResponses.map((row) => {
		const { type, channel } = row['subscription'] as { type: string; channel: string };
		const status = String(row['subscriptionCreationStatus'] ?? row['subscriptionUnsubscribeStatus']);
		return { type: type.replace('TYPE_', ''), channel: channel.replace('CHANNEL_', ''), status };
	});
	if (!rows.every(({ status }) => words.includes(status))) return false;
	const isAsked = ({ type, channel }: (typeof rows)[number]): boolean =>
		subscriptions === undefined
			? (channel === 'TEXT' && phone !== undefined) || (channel === 'EMAIL' && email !== undefined)
			: subscriptions.includes(`${type} ${channel}`);
	return rows.some(isAsked);
}

function vonage(leaves: readonly Leaf[], { phone = '' }: Asked): boolean {
	const numbers = named(leaves, 'msisdn');
	const refusing = leaves.some(({ path, text }) => /\/messages?(\/.*)?\/status$/.test(path) && text !== '0' && text !== '');
	const codes = named(leaves, 'errorcode').filter((text) => !['', '200'].includes(text));
	const problems = leaves.filter(({ path }) => /^\/(title|detail|errortitle|description)$/.test(path));
	const optOut = named(leaves, 'optout').map((text) => text.toLowerCase());
	const optIn = named(leaves, 'optin').map((text) => text.toLowerCase());
	const isBack =
		optOut.length + optIn.length > 0 &&
		optOut.every((text) => ['false', '0'].includes(text)) &&
		optIn.every((text) => ['true', '1'].includes(text));
	const one = numbers.length === 1 && sameNumber(numbers[0] ?? '', phone);
	return one && isBack && !refusing && codes.length === 0 && problems.length === 0 && !saysNo(leaves);
}

/** Tells whether the answer leaves no doubt that what was asked for was carried out. */
export function wasSurelyDone(call: keyof typeof READERS, asked: Asked, { status, body }: Answer): boolean {
	const document = documentIn(body);
	if (document === undefined || status < 200 || status > 299) return false;
	return READERS[call](document, leavesOf(document, ''), asked, status);
}

const READERS = {
	'Skycore: subscribe': (_document: unknown, leaves: Leaf[], asked: Asked) => skycore(leaves, asked),
	'Skycore: unsubscribe': (_document: unknown, leaves: Leaf[], asked: Asked) => skycore(leaves, asked),
	'Voyage: subscribe': (_document: unknown, leaves: Leaf[], asked: Asked, status: number) => status <= 202 && voyage(leaves, asked),
	'Attentive: subscribe': (document: unknown, leaves: Leaf[], asked: Asked) =>
		attentive(document, leaves, asked, ['NEWLY_CREATED', 'PREVIOUSLY_CREATED']),
	'Attentive: unsubscribe': (document: unknown, leaves: Leaf[], asked: Asked) =>
		attentive(document, leaves, asked, ['NEWLY_UNSUBSCRIBED', 'PREVIOUSLY_UNSUBSCRIBED']),
	'Vonage: resubscribe': (_document: unknown, leaves: Leaf[], asked: Asked) => vonage(leaves, asked),
} as const;

export type ReadCall = keyof typeof READERS;
