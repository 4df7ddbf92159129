import type { CredentialFields } from '../../consent/provider';
import { escapeText } from '../codec/xmlCharacters';

const MASK = '[hidden]';
/** Shorter values would blacken ordinary words. */
const SHORTEST_SECRET = 4;

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
		if (typeof value === 'string' && value.length >= SHORTEST_SECRET) yield value;
		else if (typeof value === 'object' && value !== null) yield* secretsIn(value as Record<string, unknown>);
	}
}

/** How one secret can look in somebody's echo of a request. */
function writtenForms(secret: string): string[] {
	const percent = encodeURIComponent(secret);
	const form = new URLSearchParams({ s: secret }).toString().slice(2);
	const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
	const lowerCasePercent = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
	return [
		secret,
		percent,
		lowerCasePercent(percent),
		form,
		lowerCasePercent(form),
		xml,
		escapeText(secret),
		JSON.stringify(secret).slice(1, -1),
		btoa(unescapeToBytes(secret)),
	];
}

/** One character per UTF-8 byte, the only text that `btoa` takes. */
function unescapeToBytes(text: string): string {
	return String.fromCharCode(...new TextEncoder().encode(text));
}

/** Takes text that may leave this package, gives it back without any secret. */
export type Redact = (text: string) => string;

/**
 * Builds the function that blackens a credential's secrets, however they are written.
 *
 * @param fields the decrypted credential
 * @returns leaves a text without secrets as it is
 */
export function redactorOf(fields: CredentialFields): Redact {
	const secrets = [...secretsIn(fields)];
	const forms = [...new Set(secrets.flatMap(writtenForms))].sort((a, b) => b.length - a.length);
	return (text) => forms.reduce((shown, form) => shown.replaceAll(form, MASK), text);
}

/**
 * The same for any JSON-like value: every text in it, at every depth.
 *
 * @param value e.g. a provider's raw answer
 * @param redact blackens one text
 * @returns a copy
 */
export function redactDeep(value: unknown, redact: Redact): unknown {
	if (typeof value === 'string') return redact(value);
	if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, redact));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [redact(key), redactDeep(entry, redact)]));
}
