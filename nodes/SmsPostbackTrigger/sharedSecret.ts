import type { ICredentialDataDecryptedObject, ICredentialTestFunction, IWebhookFunctions } from 'n8n-workflow';

import { secretText } from '../../consent/fieldText';
import { constantTimeEqual } from '../../transport/inbound/constantTimeEqual';
import { queryParameters } from '../../transport/inbound/parameters';
import { headerOf, type PostbackRequest } from '../../transport/inbound/rawBody';
import { PostbackRejected } from '../../transport/inbound/rejection';
import type { SenderProof } from './sender';

const SHARED_SECRET_CREDENTIAL = 'smsConsentPostbackSecretApi';

/** What 'Verify Sender By' holds for a shared secret. */
export const SHARED_SECRET = 'secret';

const MIN_SECRET_CHARACTERS = 16;

/** The editor's credential check: nothing can be asked of a sender, but a secret that can be guessed is found. */
const testSharedSecret: ICredentialTestFunction = async function (credential) {
	const secret = secretText(credential.data?.secret);
	if (secret.length < MIN_SECRET_CHARACTERS) {
		return {
			status: 'Error',
			message: `The secret has ${secret.length} characters. Use ${MIN_SECRET_CHARACTERS} or more, made up at random, for example by a password manager.`,
		};
	}
	if (!/^[\w.~-]+$/.test(secret) && credential.data?.placement === 'query') {
		return {
			status: 'Error',
			message: 'In a URL, use only letters, digits, dots, dashes, underscores and tildes, so that nothing has to be encoded.',
		};
	}
	return { status: 'OK', message: 'The secret is long enough. Only a postback can show that the sender uses it.' };
};

/**
 * @param description what the choice means for this provider
 * @returns the proof by a secret that the person agreed with the provider
 */
export function sharedSecretProof(description: string): SenderProof {
	return {
		option: { name: 'Shared Secret', value: SHARED_SECRET, description },
		credentialType: SHARED_SECRET_CREDENTIAL,
		credentialTest: { name: 'testSharedSecret', test: testSharedSecret },
	};
}

/**
 * Lets a request pass only with the secret that the person agreed with the sender, in the place that the credential names.
 *
 * @param context of the running webhook
 * @param request n8n's request object
 * @returns the URL parameter that carries the secret, so that it is not taken for one of the sender's own; undefined when it stands in a header
 * @throws {PostbackRejected} 401 when the secret is absent, wrong, or was left blank in the credential
 */
export async function requireSharedSecret(context: IWebhookFunctions, request: PostbackRequest): Promise<string | undefined> {
	const credential = await context.getCredentials(SHARED_SECRET_CREDENTIAL);
	const secret = secretText(credential.secret);
	if (secret === '') throw new PostbackRejected(401, 'set-up', 'The credential holds no secret, so nobody can be let in: fill it in');
	const { given, where, challenge, queryName } = givenSecret(credential, request);
	if (given === undefined) throw new PostbackRejected(401, 'secret', `The request has no secret in ${where}`, challenge);
	if (!constantTimeEqual(secretText(given), secret))
		throw new PostbackRejected(401, 'secret', `The secret in ${where} is wrong`, challenge);
	return queryName;
}

interface GivenSecret {
	given: string | undefined;
	/** For the log. */
	where: string;
	/** Headers for a refusal. */
	challenge: Record<string, string>;
	/** The URL parameter that carries it. */
	queryName?: string;
}

function givenSecret(credential: ICredentialDataDecryptedObject, request: PostbackRequest): GivenSecret {
	switch (credential.placement) {
		case 'header': {
			const name = secretText(credential.headerName);
			return { given: headerOf(request, name.toLowerCase()), where: `the header '${name}'`, challenge: {} };
		}
		case 'basicAuth':
			return {
				given: basicPassword(request, secretText(credential.user)),
				where: 'basic authentication',
				challenge: { 'WWW-Authenticate': 'Basic realm="postback"' },
			};
		default: {
			const name = secretText(credential.queryName);
			const given = queryParameters(request.originalUrl ?? request.url)[name];
			return { given, where: `the URL parameter '${name}'`, challenge: {}, queryName: name };
		}
	}
}

function basicPassword(request: PostbackRequest, user: string): string | undefined {
	const encoded = /^Basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
	if (encoded === undefined) return undefined;
	const pair = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = pair.indexOf(':');
	if (colon < 0 || !constantTimeEqual(`user ${secretText(pair.slice(0, colon))}`, `user ${user}`)) return undefined;
	return pair.slice(colon + 1);
}
