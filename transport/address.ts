import { InputProblem } from '../consent/failure';
import type { CredentialFields } from '../consent/provider';

/**
 * Puts a call's path behind a base URL, once: a base URL that already ends with the path is taken as it is.
 *
 * @param baseUrl ends with a slash
 * @param path without a leading slash; may be empty
 * @returns the absolute URL
 */
export function addressOf(baseUrl: string, path: string): string {
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
