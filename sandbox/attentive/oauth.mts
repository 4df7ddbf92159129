/** OAuth: codes for clients, tokens for codes. */

import { createHash } from 'node:crypto';

import { isSameSecret } from '../sameSecret.mts';
import type { StandInContext } from '../standIn.mts';
import { jsonAnswer, type Answer } from '../wire/answer.mts';
import type { JsonObject } from '../wire/json.mts';
import type { WireRequest } from '../wire/request.mts';
import { Refusal } from './refusal.mts';
import type { AttentiveSettings } from './settings.mts';

export class OAuth {
	private readonly context: StandInContext<AttentiveSettings>;
	private readonly nextNumber: () => number;
	private codes = new Map<string, { clientId: string; redirectUri: string; scopes: string[] }>();
	private issuedTokens = new Map<string, string[]>();

	/** @param nextNumber counts up, so that no two secrets are the same */
	constructor(context: StandInContext<AttentiveSettings>, nextNumber: () => number) {
		this.context = context;
		this.nextNumber = nextNumber;
	}

	clear(): void {
		this.codes = new Map();
		this.issuedTokens = new Map();
	}

	/** What a token given out here may do; undefined when it is unknown. */
	scopesOf(token: string): readonly string[] | undefined {
		return this.issuedTokens.get(token);
	}

	/** The page where an installer agrees: here everybody agrees at once. */
	authorize(request: WireRequest): Answer {
		const clientId = request.query.get('client_id') ?? '';
		const redirectUri = request.query.get('redirect_uri') ?? '';
		const client = Object.hasOwn(this.context.settings.clients, clientId) ? this.context.settings.clients[clientId] : undefined;
		if (client === undefined) throw new Refusal(400, 'Unknown client_id');
		if (!URL.canParse(redirectUri) || !/^https?:$/.test(new URL(redirectUri).protocol))
			throw new Refusal(400, 'redirect_uri must be a valid URL');
		if (client.redirectUris.length > 0 && !client.redirectUris.includes(redirectUri))
			throw new Refusal(400, 'redirect_uri is not registered');
		const asked = (request.query.get('scope') ?? '').split(/[ +]/).filter((scope) => scope !== '');
		const refused = asked.find((scope) => !client.scopes.includes(scope));
		if (refused !== undefined) throw new Refusal(400, `invalid_scope: ${refused}`);
		const code = this.secretText(`code ${clientId}`);
		this.codes.set(code, { clientId, redirectUri, scopes: asked });
		const location = new URL(redirectUri);
		location.searchParams.set(this.context.settings.callbackCodeParameter, code);
		const state = request.query.get('state');
		if (state !== null) location.searchParams.set('state', state);
		return {
			status: 302,
			contentType: '',
			headers: { location: location.href },
			body: '',
			outcome: '302 authorized',
			acted: true,
			parsed: null,
		};
	}

	/** Gives a token for a code, once. */
	exchangeCode(form: JsonObject): Answer {
		if (form.grant_type !== 'authorization_code') throw new Refusal(400, 'unsupported_grant_type');
		const clientId = typeof form.client_id === 'string' ? form.client_id : '';
		const client = Object.hasOwn(this.context.settings.clients, clientId) ? this.context.settings.clients[clientId] : undefined;
		if (client === undefined || !isSameSecret(client.secret, String(form.client_secret ?? ''))) throw new Refusal(401, 'invalid_client');
		const code = String(form.code ?? '');
		const grant = this.codes.get(code);
		if (grant === undefined || grant.clientId !== clientId || grant.redirectUri !== form.redirect_uri)
			throw new Refusal(400, 'invalid_grant');
		this.codes.delete(code);
		const token = this.secretText(`token ${code}`);
		this.issuedTokens.set(token, grant.scopes);
		// No refresh_token and no expires_in: so documented.
		return jsonAnswer(
			200,
			{ access_token: token, id_token: this.secretText(`id ${code}`), token_type: 'Bearer' },
			{ outcome: '200', acted: true },
		);
	}

	/** The same every time for the same seed. */
	private secretText(purpose: string): string {
		const { seed } = this.context.sandbox;
		return createHash('sha256').update(`${seed} ${this.nextNumber()} ${purpose}`).digest('hex').slice(0, 40);
	}
}
