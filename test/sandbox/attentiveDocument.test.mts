/** Every request that can be built for Attentive, and every answer of its stand-in, held against Attentive's own document. */
import fc from 'fast-check';

import type { CallRequest, ProviderCall } from '../../consent/call.ts';
import { InputProblem, ProviderFailure } from '../../consent/failure.ts';
import { ParameterReader } from '../../nodes/fields/parameterReader.ts';
import { attentive as queryForm } from '../../nodes/SmsQueryOptOuts/fields/attentive.ts';
import { attentive as resubscribeForm } from '../../nodes/SmsResubscribe/fields/attentive.ts';
import { attentive as subscribeForm } from '../../nodes/SmsSubscribe/fields/attentive.ts';
import { attentive as unsubscribeForm } from '../../nodes/SmsUnsubscribe/fields/attentive.ts';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from '../../providers/attentive/webhooks.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { decodeResponse } from '../../transport/codec/response.ts';
import type { Send } from '../../transport/outbound/session.ts';
import { DOCUMENTED } from './attentiveDocument.mts';
import { BEARER, JSON_TYPE } from './helpers.mts';

let sandbox: Sandbox;
const seen = new Set<string>();

beforeAll(async () => {
	sandbox = await startSandbox({ config: { clockFactor: 100_000, attentive: { rateLimits: false } } });
});
afterAll(async () => await sandbox.close());

const bodyOf = ({ body }: CallRequest): unknown => (body !== undefined && 'json' in body ? body.json : undefined);

async function answerTo(request: CallRequest) {
	const query = request.query === undefined ? '' : `?${new URLSearchParams(request.query).toString()}`;
	const body = bodyOf(request);
	const answer = await fetch(`${sandbox.baseUrls.attentive}/${request.path}${query}`, {
		method: request.method,
		headers: { ...BEARER, ...(body === undefined ? {} : JSON_TYPE) },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	return decodeResponse(
		answer.status,
		{ 'content-type': answer.headers.get('content-type') ?? '' },
		Buffer.from(await answer.arrayBuffer()),
	);
}

/** Sends a call to the stand-in, and holds both against the document. */
async function exchange(request: CallRequest) {
	const name = `${request.method} ${request.path}`;
	const [documented, ...others] = DOCUMENTED.filter(({ call }) => call.test(name));
	if (documented === undefined || others.length > 0) throw new Error(`${name} is not documented`);
	expect(documented.body === undefined ? bodyOf(request) : documented.body.safeParse(bodyOf(request)).error).toBeUndefined();
	expect(documented.query === undefined ? request.query : documented.query.safeParse(request.query).error).toBeUndefined();
	const response = await answerTo(request);
	if (response.status < 300) {
		expect([name, response.status]).toEqual([name, documented.status]);
		expect(documented.answer === undefined ? response.json : documented.answer.safeParse(response.json).error).toBeUndefined();
		seen.add(String(documented.call));
	}
	return response;
}

const send: Send = async <Result,>(call: ProviderCall<Result>): Promise<Result> => call.interpret(await exchange(call.request));

const PHONES = ['', '+19148440001', '(914) 844-0002', '+44 7700 900123'];
const EMAILS = ['', 'a@example.com', 'B.C+d@Example.org'];
const IDS = ['', '7', 4711, 'null'];

const person = {
	phone: fc.constantFrom(...PHONES),
	defaultCountry: fc.constant('US'),
	email: fc.constantFrom(...EMAILS),
	attentiveAuthentication: fc.constantFrom('apiKey', 'oAuth2'),
};
const signUp = {
	...person,
	signUpUnit: fc.constantFrom('sourceId', 'localeAndType', 'both'),
	signUpSourceId: fc.constantFrom('245678', '1'),
	localeLanguage: fc.constantFrom('en', 'FR'),
	localeCountry: fc.constantFrom('US', 'ca'),
	subscriptionType: fc.constantFrom('MARKETING', 'TRANSACTIONAL'),
	freshConsent: fc.constant(true),
	additionalFields: fc.record(
		{
			singleOptIn: fc.boolean(),
			skipSubscribed: fc.boolean(),
			clientUserId: fc.constantFrom(...IDS),
			klaviyoId: fc.constantFrom(...IDS),
			shopifyId: fc.constantFrom(...IDS),
			customIdentifiers: fc.record({
				pair: fc.array(fc.record({ name: fc.constantFrom('', 'loyaltyId', 'crm'), value: fc.constantFrom(...IDS) }), { maxLength: 2 }),
			}),
		},
		{ requiredKeys: [] },
	),
};
const ending = {
	...person,
	unsubscribeFrom: fc.constantFrom('everything', 'chosen'),
	subscriptions: fc.record({
		subscription: fc.array(
			fc.record({
				type: fc.constantFrom('MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED'),
				channel: fc.constantFrom('TEXT', 'EMAIL'),
			}),
			{ maxLength: 3 },
		),
	}),
	additionalFields: fc.record({ confirmationText: fc.boolean(), confirmationLanguage: fc.constantFrom('', 'en-US', 'fr-CA') }),
};

test.each([
	['SMS Subscribe', subscribeForm, signUp],
	['SMS Resubscribe', resubscribeForm, signUp],
	['SMS Unsubscribe', unsubscribeForm, ending],
	['SMS Query Opt-Outs', queryForm, { ...person, lookUpBy: fc.constantFrom('phone', 'email') }],
] as const)('%s: what is entered in any way, and what comes back', async (_node, form, fields) => {
	let sent = 0;
	await fc.assert(
		fc.asyncProperty(fc.record(fields as Record<string, fc.Arbitrary<unknown>>), async (values) => {
			try {
				await form.prepare(new ParameterReader((name) => values[name])).run(send, new Set());
				sent += 1;
			} catch (problem) {
				if (!(problem instanceof InputProblem) && !(problem instanceof ProviderFailure)) throw problem;
			}
		}),
		{ numRuns: 400 },
	);
	expect(sent).toBeGreaterThan(20);
});

test('the webhooks that the trigger registers', async () => {
	const credential = 'smsConsentAttentiveApi';
	const events = ['sms.subscribed', 'sms.inbound_message'];
	const url = 'https://n8n.example.com/webhook/1/postback';
	const { id } = await send(createWebhook({ credential, url, events }));
	await send(updateWebhook({ credential, id, url, events, disabled: true }));
	await send(listWebhooks({ credential }));
	await send(updateWebhook({ credential, id, url, events, disabled: false }));
	await send(listWebhooks({ credential }));
	await send(deleteWebhook({ credential, id }));
});

test('the credential test', async () => {
	await exchange({ method: 'GET', path: 'me' });
});

test('every documented call was made', () => {
	expect([...seen].sort()).toEqual(DOCUMENTED.map(({ call }) => String(call)).sort());
});
