import { InputProblem } from './failure';

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
export function normaliseBaseUrl(raw: unknown, fallback: string): string {
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
