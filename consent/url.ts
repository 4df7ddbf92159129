import { InputProblem } from './failure';
import type { CredentialFields } from './provider';

const FIELD = "'Base URL'";
const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
/** A file name that providers' own examples end with; people paste it together with the address. */
const INDEX_FILE = /\/index\.php\/?$/i;

function withScheme(text: string): string {
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
}

function pathOf(url: URL): string {
	return url.pathname.replace(INDEX_FILE, '/').replace(/\/+$/, '');
}

/**
 * Brings a base URL to the one form that paths can be put behind: `https`, no query, one slash at the end.
 * A missing slash, a doubled one, surrounding blanks, a missing `https://` or a pasted `/index.php` make no difference; a
 * host alone gets the documented path (`https://api.attentivemobile.com` means `.../v1/`).
 *
 * @param raw what the credential holds; empty means `fallback`
 * @param fallback the provider's documented base URL
 * @returns e.g. `https://secure.skycore.com/API/wxml/1.3/`
 * @throws {InputProblem} when it is no address, or when a secret would travel over plain http to another machine
 */
export function normalizeBaseUrl(raw: unknown, fallback: string): string {
	const typed = typeof raw === 'string' ? raw.trim() : '';
	const text = typed === '' ? fallback : typed;
	const address = withScheme(text);
	if (!URL.canParse(address)) {
		throw new InputProblem(
			`${FIELD} of the credential is not a web address: "${text}"`,
			`Enter an address such as ${fallback}, or empty the field to use that one.`,
		);
	}
	const url = new URL(address);
	if (url.username !== '' || url.password !== '') {
		throw new InputProblem(
			`${FIELD} of the credential holds a user name or password`,
			'Remove the part before the @ sign; the credential has its own fields for secrets.',
		);
	}
	const overLoopback = url.protocol === 'http:' && LOOPBACK_HOST.test(url.hostname);
	if (url.protocol !== 'https:' && !overLoopback) {
		throw new InputProblem(
			`${FIELD} of the credential starts with ${url.protocol}//, which would send the key unprotected; it has to start with https://`,
			'Change the address. Plain http is only possible to this machine itself (localhost, 127.0.0.1, [::1]).',
		);
	}
	if (url.search !== '' || url.hash !== '') {
		throw new InputProblem(
			`${FIELD} of the credential holds more than an address: "?" or "#" is in it`,
			`Enter only the part before it, such as ${fallback}.`,
		);
	}
	const typedPath = pathOf(url);
	return `${url.origin}${typedPath === '' ? pathOf(new URL(fallback)) : typedPath}/`;
}

/**
 * Puts a call's path behind a base URL, once: a base URL that already ends with the path is taken as it is.
 *
 * @param baseUrl ends with a slash
 * @param path without a leading slash; may be empty
 * @returns the absolute URL
 */
export function urlOf(baseUrl: string, path: string): string {
	const base = baseUrl.replace(/\/+$/, '');
	if (path === '' || base.endsWith(`/${path}`)) return base;
	return `${base}/${path}`;
}

function hostMatches(host: string, pattern: string): boolean {
	if (pattern.startsWith('*.')) return pattern.length > 2 && host.endsWith(pattern.slice(1));
	return host === pattern;
}

/**
 * Keeps a credential within the domains that its owner allowed. n8n adds the two fields to every credential; their value "None"
 * forbids the HTTP Request node only, so it means nothing here.
 *
 * @param fields the decrypted credential
 * @param baseUrl where its secret is about to travel
 * @throws {InputProblem} when the host is not among the allowed ones
 */
export function assertDomainAllowed(fields: CredentialFields, baseUrl: string): void {
	if (fields.allowedHttpRequestDomains !== 'domains') return;
	const allowed = String(fields.allowedDomains ?? '')
		.split(',')
		.map((domain) => domain.trim().toLowerCase().replace(/\.$/, ''))
		.filter((domain) => domain !== '');
	const host = new URL(baseUrl).hostname.toLowerCase().replace(/\.$/, '');
	if (allowed.some((pattern) => hostMatches(host, pattern))) return;
	throw new InputProblem(
		`The credential's 'Allowed Domains' do not include ${host}, so nothing was sent`,
		`Open the credential and add ${host} to 'Allowed Domains', or correct its 'Base URL'.`,
	);
}
