import type { CallAnswer, CallRequest, ProviderCall, RepeatConsequence } from '../../consent/call';
import { ProviderFailure } from '../../consent/failure';
import { digitsOf } from '../../consent/phone';
import type { ConsentAction, ConsentOutcome, ResultFacts } from '../../consent/result';
import { element } from './element';
import { refusalDetails, unreadableDetails } from './failure';
import { checkSubscribe, checkUnsubscribe, profileFields, readAnswer, timeZoneCode, type SkycoreAnswer } from './schema';

/** Both documented transports: a document in a form post, or a query string. */
export type SkycoreTransport = 'xml' | 'get';

export interface SkycoreSubscribeInput {
	transport: SkycoreTransport;
	campaignRef: string;
	/** E.164 */
	phone: string;
	subscriberRef?: string;
	/** Profile fields by name. */
	data?: Record<string, string>;
	/** SPID, seven digits. */
	carrierId?: string;
	timeZone?: string;
	/** Parameters of older manuals; not sent unless given. */
	notify?: 'yes' | 'no';
	doubleOptIn?: 'yes' | 'no';
	/** Skycore knows one action for both; a return is named in the result. */
	action?: 'subscribe' | 'resubscribe';
	includeRaw?: boolean;
}

export interface SkycoreUnsubscribeInput {
	transport: SkycoreTransport;
	campaignRef: string;
	/** E.164 */
	phone: string;
	/** Whether the person is texted a confirmation; the provider does not say what it does when this is left out. */
	notify?: 'yes' | 'no';
	includeRaw?: boolean;
}

interface WireField {
	name: string;
	value: string | undefined;
}

interface Purpose {
	action: ConsentAction;
	outcome: ConsentOutcome;
	phone: string;
	campaignRef: string;
	includeRaw: boolean;
}

const CREDENTIAL = 'smsConsentSkycoreApi';
const PACE = 'skycore';
const SCRIPT = 'index.php';
const PROFILE_PREFIX = 'data_';
const HINTS: Partial<Record<ConsentOutcome, string>> = {
	subscribed: 'Skycore says "subscribed" also of people who were subscribed before.',
	pending_confirmation: 'Skycore was asked to text people for a confirmation. The postback N301 tells who has given it.',
};

function xmlRequest(fields: WireField[], profile: [string, string][]): CallRequest {
	const children = fields.flatMap(({ name, value }) => (value === undefined ? [] : [element(name, value)]));
	if (profile.length > 0) {
		children.push(element('DATA', '', profile.map(([name, value]) => element(name, value))));
	}
	return { method: 'POST', path: SCRIPT, body: { xmlInForm: { field: 'xml', document: element('REQUEST', '', children) } } };
}

function getRequest(fields: WireField[], profile: [string, string][]): CallRequest {
	const given = fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name.toLowerCase(), value] as const]));
	const data = profile.map(([name, value]) => [`${PROFILE_PREFIX}${name.toLowerCase()}`, value] as const);
	return { method: 'GET', path: SCRIPT, query: Object.fromEntries([...given, ...data]) };
}

function requestOf(transport: SkycoreTransport, fields: WireField[], profile: [string, string][] = []): CallRequest {
	return transport === 'xml' ? xmlRequest(fields, profile) : getRequest(fields, profile);
}

function noteOf(purpose: Purpose, answer: SkycoreAnswer): string | undefined {
	if (answer.mobile !== undefined && answer.mobile.replace(/\D/g, '') !== digitsOf(purpose.phone)) {
		return `Skycore answered for the number ${answer.mobile}, not for the one that was sent. Look both up in the Audience Manager.`;
	}
	return undefined;
}

function interpretFor(purpose: Purpose): (answer: CallAnswer) => ResultFacts {
	return (answer) => {
		const read = readAnswer(answer.xml);
		if (read === undefined) throw new ProviderFailure(unreadableDetails(answer));
		const acknowledged = answer.status >= 200 && answer.status < 300;
		if (read.errorCode === undefined && (!acknowledged || read.status === undefined)) {
			throw new ProviderFailure(unreadableDetails(answer));
		}
		if (read.errorCode !== undefined || read.status?.toLowerCase() !== 'success') {
			throw new ProviderFailure(refusalDetails({ code: read.errorCode, info: read.errorInfo }, answer));
		}
		return {
			provider: 'skycore',
			action: purpose.action,
			outcome: purpose.outcome,
			phone: purpose.phone,
			phoneRaw: read.mobile,
			campaign: purpose.campaignRef,
			providerState: read.status ?? null,
			note: noteOf(purpose, read),
			hint: HINTS[purpose.outcome],
			raw: purpose.includeRaw ? read.fields : undefined,
		};
	};
}

/**
 * Adds a number to a campaign, or returns it there after an opt-out (`action: 'resubscribe'`).
 * https://www.skycore.com/help/subscribe-v1/
 *
 * @param input see `SkycoreSubscribeInput`
 * @returns the call; repeated, it may send the campaign's auto-responders again
 * @throws {InputProblem} when a field cannot be sent
 */
export function subscribe(input: SkycoreSubscribeInput): ProviderCall<ResultFacts> {
	const fields = checkSubscribe(input);
	const returning = input.action === 'resubscribe';
	return {
		provider: 'skycore',
		credential: CREDENTIAL,
		request: requestOf(
			fields.transport,
			[
				{ name: 'ACTION', value: 'subscribe' },
				{ name: 'CAMPAIGNREF', value: fields.campaignRef },
				{ name: 'SUBSCRIBERREF', value: fields.subscriberRef },
				{ name: 'MOBILE', value: digitsOf(fields.phone) },
				{ name: 'SPID', value: fields.carrierId },
				{ name: 'TIMEZONE', value: fields.timeZone === undefined ? undefined : timeZoneCode(fields.timeZone) },
				{ name: 'NOTIFY', value: fields.notify },
				{ name: 'CTA', value: fields.doubleOptIn },
			],
			profileFields(fields.data ?? {}),
		),
		interpret: interpretFor({
			action: returning ? 'resubscribe' : 'subscribe',
			outcome: fields.doubleOptIn === 'yes' ? 'pending_confirmation' : returning ? 'resubscribed' : 'subscribed',
			phone: fields.phone,
			campaignRef: fields.campaignRef,
			includeRaw: input.includeRaw === true,
		}),
		repeat: 'texts the person',
		pace: PACE,
	};
}

function repeatOfUnsubscribe(notify: 'yes' | 'no' | undefined): RepeatConsequence {
	if (notify === 'yes') return 'texts the person';
	return notify === 'no' ? 'harmless' : 'unknown';
}

/**
 * Takes a number out of one campaign. Skycore has no call that takes it out of all.
 * https://www.skycore.com/help/unsubscribe-v1/
 *
 * @param input see `SkycoreUnsubscribeInput`
 * @returns the call; whether a repetition texts the person depends on `notify`
 * @throws {InputProblem} when a field cannot be sent
 */
export function unsubscribe(input: SkycoreUnsubscribeInput): ProviderCall<ResultFacts> {
	const fields = checkUnsubscribe(input);
	return {
		provider: 'skycore',
		credential: CREDENTIAL,
		request: requestOf(fields.transport, [
			{ name: 'ACTION', value: 'unsubscribe' },
			{ name: 'CAMPAIGNREF', value: fields.campaignRef },
			{ name: 'MOBILE', value: digitsOf(fields.phone) },
			{ name: 'NOTIFY', value: fields.notify },
		]),
		interpret: interpretFor({
			action: 'unsubscribe',
			outcome: 'unsubscribed',
			phone: fields.phone,
			campaignRef: fields.campaignRef,
			includeRaw: input.includeRaw === true,
		}),
		repeat: repeatOfUnsubscribe(fields.notify),
		pace: PACE,
	};
}
