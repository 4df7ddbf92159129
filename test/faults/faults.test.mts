/**
 * Thousands of people through n8n's engine and a provider that resets, stalls, truncates, babbles, breaks down and refuses. Whatever
 * happens to a call, its item must end as exactly one of sent, not sent and unknown; the provider's own record must agree with
 * the first two; and nobody may be texted twice.
 */
import { SmsResubscribe } from '../../nodes/SmsResubscribe/SmsResubscribe.node.ts';
import { SmsSubscribe } from '../../nodes/SmsSubscribe/SmsSubscribe.node.ts';
import { SmsUnsubscribe } from '../../nodes/SmsUnsubscribe/SmsUnsubscribe.node.ts';
import type { FaultRule } from '../../sandbox/server.mts';
import { DEFAULTS } from '../../sandbox/server.mts';
import { LOADING_MS, loadEngine } from '../workflow/harness.mts';
import { ATTENTIVE, SKYCORE, VONAGE, VOYAGE } from '../workflow/nodeRun.mts';
import { contradictions, countOf, faultRun, type FaultReport } from './faultRun.mts';

const RUN_MS = 240_000;
const CONCURRENCY = 48;

/** As fast as it goes, and impatient. */
const options = { callsPerSecond: 0, concurrentCalls: CONCURRENCY, timeout: 3, maximumWaitingTime: 120 };

/** What can befall a call and leave nobody knowing whether it was carried out. */
const UNCERTAIN: FaultRule[] = [
	{ kind: 'resetBefore', share: 0.01 },
	{ kind: 'resetAfter', share: 0.01 },
	{ kind: 'resetAfter', share: 0.01, act: false },
	{ kind: 'stall', share: 0.005 },
	{ kind: 'stall', share: 0.005, act: true },
	{ kind: 'truncate', share: 0.015 },
	{ kind: 'garbage', share: 0.01 },
	{ kind: 'garbage', share: 0.01, act: false },
	{ kind: 'http', status: 500, share: 0.01 },
	{ kind: 'http', status: 502, share: 0.01, act: true },
];
const UNCERTAIN_KINDS = ['resetBefore', 'resetAfter', 'stall', 'truncate', 'garbage', 'http'];
const OUT_OF_TIME = /did not answer in time/;

const SLOW: FaultRule = { kind: 'latency', latencyMs: 30, share: 0.05 };

const STORM_LENGTH = 40;

/** Hits everybody in a stretch of requests; answers slowly enough that they are all on their way together. */
function storm(fromRequest: number, fault: FaultRule, length = STORM_LENGTH): FaultRule {
	return { ...fault, fromRequest, toRequest: fromRequest + length - 1, latencyMs: 300 };
}

const breakdown = (fromRequest: number): FaultRule => storm(fromRequest, { kind: 'http', status: 503 });
const tooMany = (fromRequest: number): FaultRule => storm(fromRequest, { kind: 'tooMany', retryAfter: 1 });
const tooManyByDate = (fromRequest: number): FaultRule => storm(fromRequest, { kind: 'tooMany', retryAfter: 1, asDate: true });
const E113 = (fromRequest: number): FaultRule => storm(fromRequest, { kind: 'ownError', code: 'E113' });
const E106 = (fromRequest: number): FaultRule =>
	storm(fromRequest, { kind: 'ownError', code: 'E106', info: 'API call rejected. You can make one API call every 1 seconds.' });
/** Says when to come back, after the provider had acted: no sign that nothing was done. */
const gatewayGaveUp = (fromRequest: number): FaultRule =>
	storm(fromRequest, { kind: 'http', status: 503, headers: { 'retry-after': '1' }, act: true });

function numbers(count: number, first = 12125000000): string[] {
	return Array.from({ length: count }, (_, index) => `+${first + index}`);
}

/** Stalls apart, because on a busy machine other calls may run out of time as well. */
function brokenCalls({ faults }: FaultReport): number {
	return UNCERTAIN_KINDS.filter((kind) => kind !== 'stall').reduce((sum, kind) => sum + (faults[kind] ?? 0), 0);
}

function unknownButInTime({ people }: FaultReport): number {
	return people.filter(({ ends, json }) => ends[0] === 'unknown' && !OUT_OF_TIME.test(String(json.message))).length;
}

/** Every broken call, and on a busy machine some that ran out of time, leave an item unknown; nothing else does. */
function expectOnlyBrokenCallsUnknown(report: FaultReport): void {
	const broken = brokenCalls(report);
	expect(unknownButInTime(report)).toBeLessThanOrEqual(broken);
	expect(countOf(report).unknown).toBeGreaterThanOrEqual(broken);
}

beforeAll(loadEngine, LOADING_MS);

test(
	'Skycore: 5,000 people',
	async () => {
		const people = numbers(5_000);
		const optedOut = people.filter((_, index) => index % 250 === 124);
		const items = people.map((phone, index) => ({ phone: index % 500 === 499 ? 'call me' : phone }));
		const report = await faultRun({
			provider: 'skycore',
			node: new SmsSubscribe(),
			// With a confirmation text, so that a call that was carried out twice is a text that came twice.
			parameters: {
				provider: 'skycore',
				campaignReference: 'spring-sale',
				phone: '={{ $json.phone }}',
				additionalFields: { notify: 'yes' },
				options,
			},
			credentials: SKYCORE,
			secrets: { apiKey: DEFAULTS.skycore.apiKeys[0] ?? '' },
			people: items,
			optedOut,
			// The first rule that fits hits, so the storms, which must hit everybody, stand first.
			faults: [breakdown(500), gatewayGaveUp(1_500), tooMany(3_000), E113(4_000), E106(4_700), ...UNCERTAIN, SLOW],
		});
		expect(contradictions(report)).toEqual([]);
		const counts = countOf(report);
		expect(counts.sent + counts['not sent'] + counts.unknown).toBe(people.length);
		expectOnlyBrokenCallsUnknown(report);
		// Those without a number, and those who had opted out and were told so before anything befell the call.
		expect(counts['not sent']).toBeLessThanOrEqual(10 + optedOut.length);
		expect(counts['not sent']).toBeGreaterThanOrEqual(10 + optedOut.length / 2);
		for (const kind of [...UNCERTAIN_KINDS, 'tooMany', 'ownError', 'latency']) expect(report.faults[kind]).toBeGreaterThan(20);
		for (const {
			ends: [end],
			texts,
			acted,
		} of report.people)
			if (end !== 'unknown') expect(texts).toBe(acted);
	},
	RUN_MS,
);

test(
	'Skycore: a used-up account ends the run, and says of everybody else that they were not sent',
	async () => {
		const people = numbers(400);
		const report = await faultRun({
			provider: 'skycore',
			node: new SmsSubscribe(),
			parameters: {
				provider: 'skycore',
				campaignReference: 'spring-sale',
				phone: '={{ $json.phone }}',
				additionalFields: { notify: 'yes' },
				options,
			},
			credentials: SKYCORE,
			secrets: { apiKey: DEFAULTS.skycore.apiKeys[0] ?? '' },
			people: people.map((phone) => ({ phone })),
			faults: [{ kind: 'ownError', code: 'E120', fromRequest: 200 }, ...UNCERTAIN],
		});
		expect(contradictions(report)).toEqual([]);
		const counts = countOf(report);
		expect(counts.sent).toBeGreaterThan(100);
		expect(counts['not sent']).toBeGreaterThan(150);
		expect(report.requests).toBeLessThan(200 + CONCURRENCY);
	},
	RUN_MS,
);

test(
	'Voyage: 600 people',
	async () => {
		const report = await faultRun({
			provider: 'voyage',
			node: new SmsSubscribe(),
			parameters: { provider: 'voyage', campaignId: '5678', voyageAuthentication: 'apiKey', phone: '={{ $json.phone }}', options },
			credentials: VOYAGE,
			secrets: { apiKey: DEFAULTS.voyage.apiKey },
			people: numbers(600).map((phone) => ({ phone })),
			settings: { voyage: { apiKeyHeader: 'X-Api-Key' } },
			faults: [breakdown(200), tooManyByDate(300), ...UNCERTAIN, SLOW],
		});
		expect(contradictions(report)).toEqual([]);
		expect(countOf(report)['not sent']).toBe(0);
		expectOnlyBrokenCallsUnknown(report);
	},
	RUN_MS,
);

test(
	'Attentive: 300 people, looked up before they are subscribed',
	async () => {
		const report = await faultRun({
			provider: 'attentive',
			node: new SmsSubscribe(),
			parameters: { provider: 'attentive', signUpSourceId: '245678', phone: '={{ $json.phone }}', options },
			credentials: ATTENTIVE,
			secrets: { apiKey: 'sandbox-attentive-key' },
			people: numbers(300).map((phone) => ({ phone })),
			settings: { attentive: { rateLimits: false } },
			faults: [breakdown(200), storm(560, { kind: 'tooMany', retryAfter: 1 }, 8), ...UNCERTAIN, SLOW],
		});
		expect(contradictions(report)).toEqual([]);
		// A look-up that broke was repeated: only what befell the call that texts is left unknown, and where the look-up stayed broken nothing was sent.
		expect(unknownButInTime(report)).toBeLessThan(brokenCalls(report) - STORM_LENGTH / 4);
		expect(countOf(report)['not sent']).toBeLessThan(20);
	},
	RUN_MS,
);

test(
	'Vonage: 600 people who come back',
	async () => {
		const people = numbers(600);
		const report = await faultRun({
			provider: 'vonage',
			node: new SmsResubscribe(),
			parameters: {
				provider: 'vonage',
				phone: '={{ $json.phone }}',
				freshConsent: true,
				additionalFields: { consentEvidence: { evidence: { evidenceSource: 'Web form' } } },
				options,
			},
			credentials: VONAGE,
			secrets: { apiKey: DEFAULTS.vonage.apiKey, apiSecret: DEFAULTS.vonage.apiSecret },
			people: people.map((phone) => ({ phone })),
			optedOut: people,
			faults: [breakdown(200), tooMany(300), storm(500, { kind: 'ownError', code: '1' }), ...UNCERTAIN, SLOW],
		});
		expect(contradictions(report)).toEqual([]);
		expect(countOf(report)['not sent']).toBe(0);
		expectOnlyBrokenCallsUnknown(report);
	},
	RUN_MS,
);

test.each([
	['quietly', 'no'],
	['with a confirmation text, that goes out once at most', 'yes'],
])(
	'Skycore: 600 people who leave, %s',
	async (_, notify) => {
		const people = numbers(600);
		const report = await faultRun({
			provider: 'skycore',
			node: new SmsUnsubscribe(),
			parameters: {
				provider: 'skycore',
				campaignReference: 'spring-sale',
				phone: '={{ $json.phone }}',
				additionalFields: { notify },
				options,
			},
			credentials: SKYCORE,
			secrets: { apiKey: DEFAULTS.skycore.apiKeys[0] ?? '' },
			people: people.map((phone) => ({ phone })),
			subscribed: people,
			faults: [breakdown(200), tooMany(300), ...UNCERTAIN, SLOW],
		});
		expect(contradictions(report)).toEqual([]);
		expect(countOf(report)['not sent']).toBe(0);
		// Whatever broke was repeated, except where somebody else answered in the provider's place.
		expect(unknownButInTime(report)).toBeLessThanOrEqual(report.faults['garbage'] ?? 0);
	},
	RUN_MS,
);

test(
	'Skycore: an account that is used up while calls are being repeated takes nothing back',
	async () => {
		const people = numbers(40);
		const report = await faultRun({
			provider: 'skycore',
			node: new SmsUnsubscribe(),
			parameters: {
				provider: 'skycore',
				campaignReference: 'spring-sale',
				phone: '={{ $json.phone }}',
				additionalFields: { notify: 'no' },
				options,
			},
			credentials: SKYCORE,
			secrets: { apiKey: DEFAULTS.skycore.apiKeys[0] ?? '' },
			people: people.map((phone) => ({ phone })),
			subscribed: people,
			// Everybody's first call is carried out and its answer lost. The first person's second call is answered; then the account is empty.
			faults: [
				{ kind: 'ownError', code: 'E120', fromRequest: people.length + 2 },
				{ kind: 'resetAfter', perPhone: 1 },
			],
		});
		expect(contradictions(report)).toEqual([]);
		expect(countOf(report)).toEqual({ sent: 1, 'not sent': 0, unknown: people.length - 1 });
	},
	RUN_MS,
);
