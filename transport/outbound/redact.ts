import { secretText } from '../../consent/fieldText';
import type { CredentialFields } from '../../consent/provider';

const MASK = '[hidden]';
/** Shorter values would blacken ordinary words. */
const SHORTEST_SECRET = 4;
/** Shorter ones in Base64 would be found by chance. */
const SHORTEST_BASE64 = 8;
/** So often may a text be encoded again, such as percent signs within percent signs. */
const MOST_LAYERS = 5;

/** Fields of our credentials, and of n8n's own additions to them, that say how to call and not who calls. */
const PUBLIC_FIELDS = new Set([
	'baseUrl',
	'placement',
	'method',
	'headerName',
	'allowedHttpRequestDomains',
	'allowedDomains',
	'grantType',
	'authUrl',
	'accessTokenUrl',
	'authQueryParameters',
	'authentication',
	'scope',
	'token_type',
	'tokenType',
]);

function* secretsIn(fields: Record<string, unknown>): Generator<string> {
	for (const [name, value] of Object.entries(fields)) {
		if (PUBLIC_FIELDS.has(name)) continue;
		if (typeof value === 'string') yield* [value, value.trim(), secretText(value), secretText(value).replace(/^(Bearer|Basic)\s+/i, '')];
		else if (typeof value === 'object' && value !== null) yield* secretsIn(value as Record<string, unknown>);
	}
}

/** A text with the place of each of its characters in the text that is shown. */
interface Layer {
	text: string;
	/** Where each character begins there; one more, for the end. */
	starts: number[];
}

/** What stands for a character in addresses, forms, JSON, XML and web pages. */
const ENCODED =
	/%[0-9a-f]{2}|%u[0-9a-f]{4}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[\\/"'bfnrt]|&#x0*[0-9a-f]{1,6};?|&#0*[0-9]{1,7};?|&(?:amp|lt|gt|quot|apos);/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const LAST_CODE_POINT = 0x10ffff;

function characterOf(code: number): string {
	return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : '';
}

/** @returns the character; a number for one byte of a character in UTF-8 */
function decoded(written: string): string | number {
	if (/^%[^u]/i.test(written)) return parseInt(written.slice(1), 16);
	if (/^(%u|\\u|\\x)/i.test(written)) return String.fromCharCode(parseInt(written.slice(2), 16));
	if (written.startsWith('\\')) return ESCAPED[written.charAt(1).toLowerCase()] ?? written.charAt(1);
	const number = /^&#(x?)([0-9a-f]+)/i.exec(written);
	if (number === null) return NAMED[written.slice(1, -1).toLowerCase()] ?? written;
	return characterOf(parseInt(number[2] ?? '', number[1] === '' ? 10 : 16));
}

function sequenceLength(firstByte: number): number {
	if (firstByte < 0x80) return 1;
	return firstByte >= 0xf0 ? 4 : firstByte >= 0xe0 ? 3 : 2;
}

/** Takes one layer of encoding off, everywhere at once; undefined when there is none. */
function unwrapped({ text, starts }: Layer): Layer | undefined {
	const parts: string[] = [];
	const places: number[] = [];
	const add = (characters: string, start: number): void => {
		parts.push(characters);
		for (let index = 0; index < characters.length; index += 1) places.push(start);
	};
	const keep = (from: number, to: number): void => {
		for (let index = from; index < to; index += 1) add(text.charAt(index), starts[index] ?? 0);
	};
	let bytes: number[] = [];
	let bytesStart = 0;
	const flushBytes = (): void => {
		if (bytes.length > 0) add(Buffer.from(bytes).toString('utf8'), bytesStart);
		bytes = [];
	};
	let done = 0;
	for (const match of text.matchAll(ENCODED)) {
		if (match.index > done) {
			flushBytes();
			keep(done, match.index);
		}
		const character = decoded(match[0]);
		if (typeof character === 'number') {
			const complete = bytes.length > 0 && bytes.length >= sequenceLength(bytes[0] ?? 0);
			if (complete || (bytes.length > 0 && (character & 0xc0) !== 0x80)) flushBytes();
			if (bytes.length === 0) bytesStart = starts[match.index] ?? 0;
			bytes.push(character);
		} else {
			flushBytes();
			add(character, starts[match.index] ?? 0);
		}
		done = match.index + match[0].length;
	}
	if (done === 0) return undefined;
	flushBytes();
	keep(done, text.length);
	places.push(starts.at(-1) ?? 0);
	return { text: parts.join(''), starts: places };
}

/** The text as it is, then with one layer of encoding after the other off. */
function* layersOf(text: string): Generator<Layer> {
	let layer: Layer | undefined = { text, starts: Array.from({ length: text.length + 1 }, (_, index) => index) };
	for (let depth = 0; layer !== undefined && depth < MOST_LAYERS; depth += 1) {
		yield layer;
		layer = unwrapped(layer);
	}
}

/** One writing for what different encodings tell apart: case, a blank and its plus, and the two alphabets of Base64. */
function folded(text: string): string {
	return text
		.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
		.replace(/[+ -]/g, ' ')
		.replace(/[/_]/g, '/');
}

/**
 * What is certain of a secret's Base64, wherever it stands in the text that was encoded, as behind the name and the colon of a Basic header. Its
 * first and last characters may hold bits of the neighbors.
 */
function base64Cores(bytes: Buffer): string[] {
	return [0, 1, 2].map((before) => {
		const encoded = Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			.replace(/=+$/, '');
		const uncertainStart = before === 0 ? 0 : before + 1;
		const uncertainEnd = (before + bytes.length) % 3 === 0 ? 0 : 1;
		return encoded.slice(uncertainStart, encoded.length - uncertainEnd);
	});
}

/** How one secret can look once all layers are off. */
interface Needle {
	text: string;
	/** What stands beside it in the same alphabet belongs to it. */
	isBase64: boolean;
}

function needlesOf(secret: string): Needle[] {
	const bytes = Buffer.from(secret, 'utf8');
	// What looks like an escape inside of the secret itself is taken off together with the others.
	const plain = [...layersOf(secret)].map(({ text }) => text).filter((text) => text.trim().length >= SHORTEST_SECRET);
	return [
		...[...plain, bytes.toString('hex')].map((text) => ({ text: folded(text), isBase64: false })),
		...base64Cores(bytes)
			.filter((core) => core.length >= SHORTEST_BASE64)
			.map((text) => ({ text: folded(text), isBase64: true })),
	];
}

type Range = [start: number, end: number];

const BASE64 = /[A-Za-z0-9+/_=-]/;

function rangesIn(layer: Layer, needles: readonly Needle[]): Range[] {
	const text = folded(layer.text);
	const ranges: Range[] = [];
	for (const { text: needle, isBase64 } of needles) {
		for (let at = text.indexOf(needle); at >= 0; ) {
			let [start, end] = [at, at + needle.length];
			if (isBase64) {
				while (start > 0 && BASE64.test(layer.text.charAt(start - 1))) start -= 1;
				while (end < text.length && BASE64.test(layer.text.charAt(end))) end += 1;
			}
			ranges.push([layer.starts[start] ?? 0, layer.starts[end] ?? 0]);
			at = text.indexOf(needle, end);
		}
	}
	return ranges;
}

/** Takes text that may leave this package, gives it back without any secret. */
export type Redact = (text: string) => string;

/**
 * Builds the function that blackens a credential's secrets, however they are written and however often they were encoded: as typed and as sent, in
 * addresses, forms, JSON, XML, hexadecimal, Base64, and inside a Basic header. Blacken first, cut afterwards: a secret that was cut is not found.
 *
 * @param fields the decrypted credential
 * @returns leaves a text without secrets as it is
 */
export function redactorOf(fields: CredentialFields): Redact {
	const secrets = [...new Set(secretsIn(fields))].filter((secret) => secret.trim().length >= SHORTEST_SECRET);
	const needles = secrets.flatMap(needlesOf);
	if (needles.length === 0) return (text) => text;
	return (text) => {
		const ranges: Range[] = [];
		for (const layer of layersOf(text)) ranges.push(...rangesIn(layer, needles));
		return masked(text, ranges);
	};
}

function masked(text: string, ranges: Range[]): string {
	ranges.sort(([one], [other]) => one - other);
	let shown = '';
	let done = 0;
	for (const [start, end] of ranges) {
		if (end <= done) continue;
		if (start >= done) shown += text.slice(done, start) + MASK;
		done = end;
	}
	return shown + text.slice(done);
}

/**
 * The same for any JSON-like value: every text and number in it, at every depth.
 *
 * @param value e.g. a provider's raw answer
 * @param redact blackens one text
 * @returns a copy
 */
export function redactDeep(value: unknown, redact: Redact): unknown {
	if (typeof value === 'string') return redact(value);
	if (typeof value === 'number') return redact(String(value)) === String(value) ? value : MASK;
	if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, redact));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [redact(key), redactDeep(entry, redact)]));
}
