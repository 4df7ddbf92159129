import type { CallResponse, CallRequest, ProviderCall, RetrySafety } from '../../consent/call';
import { ProviderFailure } from '../../consent/failure';
import { digitsOf } from '../../consent/phone';
import type { ConsentAction, ConsentOutcome, ResultFacts } from '../../consent/result';
import { type Asked, campaignName, element, isSuccess, mentionsSuccess, readResponse } from './document';
import { failureOf } from './failure';
import { profileName } from './profileName';
import { timeZoneCode } from './timezones';

/** The documented transports: a document in a form post, a query string, or the same names and values as a form. */
export type SkycoreTransport = 'xml' | 'get' | 'form';

export type SkycoreSubscribeInput = Asked & {
	transport: SkycoreTransport;
	subscriberRef?: string;
	/** Profile fields by name, however it is written: see `profileName`. */
	data?: Record<string, string>;
	/** SPID, seven digits, zeros at the front included. */
	carrierId?: string;
	/** An abbreviation such as `EST`, in any case. */
	timeZone?: string;
	/** Parameters of older manuals; not sent unless given. */
	notify?: 'yes' | 'no';
	doubleOptIn?: 'yes' | 'no';
	/** Skycore knows one action for both; only the result tells them apart. */
	action?: 'subscribe' | 'resubscribe';
	includeRaw?: boolean;
};

export type SkycoreUnsubscribeInput = Asked & {
	transport: SkycoreTransport;
	/** Whether the person is texted a confirmation; the provider does not say what it does when this is left out. */
	notify?: 'yes' | 'no';
	includeRaw?: boolean;
};

/** What the result says besides the response. */
interface Purpose {
	action: ConsentAction;
	outcome: ConsentOutcome;
	subscriberRef?: string;
	includeRaw: boolean;
}

const CREDENTIAL = 'smsConsentSkycoreApi';
const RATE_LIMIT_KEY = 'skycore';
const SCRIPT = 'index.php';
const PROFILE_PREFIX = 'data_';
const HINTS: Partial<Record<ConsentOutcome, string>> = {
	subscribed: 'Skycore also says "subscribed" for people who already were.',
	pending_confirmation: 'Skycore was asked to text people for a confirmation. The postback N301 tells who has given it.',
};

type Pair = readonly [name: string, value: string];

function isGiven(value: string | undefined): value is string {
	return value !== undefined && value.trim() !== '';
}

function xmlRequest(fields: Pair[], profile: Pair[]): CallRequest {
	const children = fields.map(([name, value]) => element(name, value));
	if (profile.length > 0)
		children.push(
			element(
				'DATA',
				'',
				profile.map(([name, value]) => element(name, value)),
			),
		);
	return { method: 'POST', path: SCRIPT, body: { xmlInForm: { field: 'xml', document: element('REQUEST', '', children) } } };
}

function pairsOf(fields: Pair[], profile: Pair[]): Record<string, string> {
	const data = profile.map(([name, value]): Pair => [`${PROFILE_PREFIX}${name}`, value]);
	return Object.fromEntries([...fields, ...data].map(([name, value]) => [name.toLowerCase(), value]));
}

/** An empty value could wipe what Skycore already knows of the person, so it is left out. */
function requestOf(
	transport: SkycoreTransport,
	fields: Record<string, string | undefined>,
	data: Record<string, string> = {},
): CallRequest {
	const given = Object.entries(fields).flatMap(([name, value]): Pair[] => (isGiven(value) ? [[name, value]] : []));
	const profile = Object.entries(data).flatMap(([name, value]): Pair[] => (isGiven(value) ? [[profileName(name), value]] : []));
	if (transport === 'xml') return xmlRequest(given, profile);
	const pairs = pairsOf(given, profile);
	return transport === 'get' ? { method: 'GET', path: SCRIPT, query: pairs } : { method: 'POST', path: SCRIPT, body: { form: pairs } };
}

function interpretFor(asked: Asked, purpose: Purpose): (response: CallResponse) => ResultFacts {
	return (response) => {
		const said = readResponse(response.xml);
		const isAccepted = response.status >= 200 && response.status < 300 && said !== undefined && isSuccess(said, asked);
		if (!isAccepted) throw new ProviderFailure(failureOf(said, response, asked));
		return {
			provider: 'skycore',
			action: purpose.action,
			outcome: purpose.outcome,
			phone: asked.phone,
			phoneRaw: said.mobiles[0],
			campaign: campaignName(asked),
			requestId: said.subscriberRef ?? purpose.subscriberRef,
			providerState: said.statuses[0] ?? null,
			hint: HINTS[purpose.outcome],
			raw: purpose.includeRaw ? said.fields : undefined,
		};
	};
}

/** Whatever stands beside it makes the document contradict itself, and takes nothing back. */
function saysDone({ xml }: CallResponse): boolean {
	const said = readResponse(xml);
	return said !== undefined && mentionsSuccess(said);
}

/**
 * Adds a number to a campaign, or returns it there after an opt-out (`action: 'resubscribe'`).
 * https://www.skycore.com/help/subscribe-v1/
 *
 * @param input see `SkycoreSubscribeInput`
 * @returns the call; sent again, it may start the campaign's auto-responders again
 */
export function subscribe(input: SkycoreSubscribeInput): ProviderCall<ResultFacts> {
	const returning = input.action === 'resubscribe';
	return {
		provider: 'skycore',
		credential: CREDENTIAL,
		request: requestOf(
			input.transport,
			{
				ACTION: 'subscribe',
				CAMPAIGNREF: input.campaignRef,
				CAMPAIGNID: input.campaignId,
				SUBSCRIBERREF: input.subscriberRef,
				MOBILE: digitsOf(input.phone),
				SPID: input.carrierId,
				TIMEZONE: input.timeZone && timeZoneCode(input.timeZone),
				NOTIFY: input.notify,
				CTA: input.doubleOptIn,
			},
			input.data,
		),
		interpret: interpretFor(input, {
			action: returning ? 'resubscribe' : 'subscribe',
			outcome: input.doubleOptIn === 'yes' ? 'pending_confirmation' : returning ? 'resubscribed' : 'subscribed',
			subscriberRef: input.subscriberRef,
			includeRaw: input.includeRaw === true,
		}),
		retrySafety: 'texts the person',
		saysDone,
		rateLimitKey: RATE_LIMIT_KEY,
	};
}

function retrySafetyOfUnsubscribe(notify: 'yes' | 'no' | undefined): RetrySafety {
	if (notify === 'yes') return 'texts the person';
	return notify === 'no' ? 'harmless' : 'unknown';
}

/**
 * Takes a number out of one campaign. Skycore has no call that takes it out of all.
 * https://www.skycore.com/help/unsubscribe-v1/
 *
 * @param input see `SkycoreUnsubscribeInput`
 * @returns the call; with `notify` no it may be sent again freely
 */
export function unsubscribe(input: SkycoreUnsubscribeInput): ProviderCall<ResultFacts> {
	return {
		provider: 'skycore',
		credential: CREDENTIAL,
		request: requestOf(input.transport, {
			ACTION: 'unsubscribe',
			CAMPAIGNREF: input.campaignRef,
			CAMPAIGNID: input.campaignId,
			MOBILE: digitsOf(input.phone),
			NOTIFY: input.notify,
		}),
		interpret: interpretFor(input, {
			action: 'unsubscribe',
			outcome: 'unsubscribed',
			includeRaw: input.includeRaw === true,
		}),
		retrySafety: retrySafetyOfUnsubscribe(input.notify),
		saysDone,
		withoutConfirmation: () => unsubscribe({ ...input, notify: 'no' }),
		rateLimitKey: RATE_LIMIT_KEY,
	};
}
