import type { ProviderCall, RateLimit } from '../../consent/call';
import { type FailureDetails, InputProblem } from '../../consent/failure';
import type { CredentialFields, CredentialRule, Provider } from '../../consent/provider';
import { assertDomainAllowed, normalizeBaseUrl } from '../../consent/url';
import { failureToShow, isNotExecuted, networkFailure, notSentDetails, readResponse, whatToCheck } from './failure';
import { httpRequest, type Identity, type TransportContext } from './httpRequest';
import { RateLimiter, UNLIMITED } from './rateLimiter';
import { readRateLimitHeaders } from './rateLimitHeaders';
import { type Redact, redactorOf } from './redact';
import { backOffMs, type FailedAttempt, MOST_ATTEMPTS, MOST_REFUSALS, refusalPauseMs, repetitionOf } from './retryPolicy';
import { type Clock, Deadlines, systemClock, WaitBudget, waitUntil } from './timing';

/** How a run sends; every field has a default. */
export interface DeliveryOptions {
	/** 0 = no limit; undefined = the provider's own. */
	callsPerSecond?: number;
	/** Requests under way at the same time. */
	concurrency?: number;
	/** For one request, milliseconds. */
	timeoutMs?: number;
	/** How long a run may stand still altogether because the provider is busy or away, milliseconds. */
	retryBudgetMs?: number;
	/** Equal number and campaign twice in one run: send once, answer both. */
	sendDuplicatesOnce: boolean;
}

export const DEFAULT_CONCURRENCY = 16;
export const DEFAULT_TIMEOUT_MS = 30_000;
export const DEFAULT_RETRY_BUDGET_MS = 10 * 60_000;
/** A provider that asks for a longer wait ends the run instead. */
export const RETRY_AFTER_CAP_MS = 5 * 60_000;

/** Time and chance; replaced in tests. */
export interface Dependencies {
	clock: Clock;
	/** Between 0 and 1. */
	random: () => number;
}

export const systemDependencies: Dependencies = { clock: systemClock, random: Math.random };

/** What the sessions of one run share. */
export interface RunState {
	dependencies: Dependencies;
	delivery: Omit<DeliveryOptions, 'sendDuplicatesOnce'>;
	budget: WaitBudget;
	deadlines: Deadlines;
	/** True once nothing more may be sent, for whatever reason. */
	stopped: () => boolean;
}

/**
 * @param context n8n's
 * @param delivery how the run sends
 * @param dependencies time and chance
 * @param halted more reasons to stop, besides the execution's own
 * @returns what sessions of one run share
 */
export function newRunState(
	context: TransportContext,
	delivery: RunState['delivery'],
	dependencies: Dependencies,
	halted: () => boolean = () => false,
): RunState {
	const cancel = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return {
		dependencies,
		delivery,
		budget: new WaitBudget(delivery.retryBudgetMs ?? DEFAULT_RETRY_BUDGET_MS),
		deadlines: new Deadlines(cancel),
		stopped: () => cancel?.aborted === true || halted(),
	};
}

/** For calls whose provider names no rate. */
const CAUTIOUS_RATE_LIMIT: RateLimit = { callsPerSecond: 5, burst: 5 };

/** Sends one call, repeats it only if that is safe, and gives what the provider's code read from the answer. */
export type Send = <Result>(call: ProviderCall<Result>) => Promise<Result>;

export interface Session {
	readonly provider: Provider;
	/** Throws `ProviderFailure` (nothing secret in it) or `InputProblem`. */
	send: Send;
	/** Blackens the credential's secrets in a text. */
	redact: Redact;
	/** Why nothing more is sent in this session; null while all is well. */
	readonly endedBy: FailureDetails | null;
}

/** How one attempt ended. */
type Attempt<Result> = { value: Result } | { failed: FailedAttempt };

/** Sends the calls of one provider and one credential within one run. */
class ProviderSession implements Session {
	endedBy: FailureDetails | null = null;

	private redactor: Redact | undefined;
	private readonly rateLimiters = new Map<string, RateLimiter>();
	private refusalsInARow = 0;
	private refusedAt = -Infinity;
	private lastResponseAt = -Infinity;

	/** Settles with the first call. Until then no other one is sent, so that a wrong key is refused once and not many times. */
	private firstCall: Promise<unknown> | null = null;
	private firstCallDone = false;

	constructor(
		private readonly context: TransportContext,
		readonly provider: Provider,
		private readonly identity: Identity,
		private readonly run: RunState,
	) {}

	/** Worked out when there is something to blacken: most calls succeed. */
	readonly redact: Redact = (text) => (this.redactor ??= redactorOf(this.identity.credential?.fields ?? {}))(text);

	readonly send: Send = async (call) => {
		if (this.firstCallDone) return await this.sendUntilSettled(call);
		if (this.firstCall !== null) {
			await this.firstCall;
			return await this.sendUntilSettled(call);
		}
		const sending = this.sendUntilSettled(call);
		const settled = () => {
			this.firstCallDone = true;
		};
		this.firstCall = sending.then(settled, settled);
		return await sending;
	};

	private readonly stopped = () => this.endedBy !== null || this.run.stopped();

	private async sendUntilSettled<Result>(call: ProviderCall<Result>): Promise<Result> {
		const identity = this.identityFor(call);
		const rateLimiter = this.rateLimiterFor(call.rateLimitKey);
		const startedAt = this.run.dependencies.clock.now();
		let attempts = 0;
		let refusals = 0;
		let inDoubt = false;
		for (;;) {
			const acquiredAt = await rateLimiter.acquire(this.stopped);
			if (acquiredAt === null) throw failureToShow(notSentDetails(this.provider, this.endedBy), this.redact, inDoubt);

			const attempt = await this.attempt(call, identity, rateLimiter, acquiredAt);
			if ('value' in attempt) return attempt.value;

			const { failed } = attempt;
			let { details } = failed;
			const repetition = repetitionOf(failed, call.retrySafety);
			if (repetition === 'when the run may go on') {
				refusals += 1;
				const refused = this.pauseRun(details, rateLimiter, acquiredAt);
				if (refused === null && refusals < MOST_REFUSALS) continue;
				details = refused ?? details;
			} else if (repetition === 'after a while') {
				attempts += 1;
				if (attempts < MOST_ATTEMPTS && (await this.backOff(details, attempts))) {
					inDoubt ||= !isNotExecuted(details);
					continue;
				}
			}
			this.endRunIfHopeless(failed, startedAt);
			throw failureToShow(this.withAdvice(details, call), this.redact, inDoubt);
		}
	}

	private identityFor(call: ProviderCall<unknown>): Identity {
		if (call.credential === undefined) return { baseUrl: this.identity.baseUrl };
		if (call.credential === this.identity.credential?.type) return this.identity;
		throw new InputProblem(
			`${this.provider.displayName} needs a credential for this, and none of the right type is chosen`,
			`Choose the credential again in the node, for the authentication that is chosen there.`,
		);
	}

	private rateLimiterFor(key: string): RateLimiter {
		const known = this.rateLimiters.get(key);
		if (known !== undefined) return known;
		const own = this.provider.rateLimits[key] ?? CAUTIOUS_RATE_LIMIT;
		const chosen = this.run.delivery.callsPerSecond;
		const limit =
			chosen === undefined ? own : chosen > 0 ? { callsPerSecond: chosen, burst: Math.max(1, Math.min(own.burst, chosen)) } : UNLIMITED;
		const rateLimiter = new RateLimiter(limit, this.run.dependencies.clock);
		this.rateLimiters.set(key, rateLimiter);
		return rateLimiter;
	}

	private async attempt<Result>(
		call: ProviderCall<Result>,
		identity: Identity,
		rateLimiter: RateLimiter,
		acquiredAt: number,
	): Promise<Attempt<Result>> {
		const outcome = await httpRequest(this.context, call.request, identity, {
			timeoutMs: this.run.delivery.timeoutMs ?? DEFAULT_TIMEOUT_MS,
			deadlines: this.run.deadlines,
		});
		if ('networkError' in outcome) {
			const details = networkFailure(this.provider, outcome.networkError);
			return { failed: { details, unanswered: true, transient: outcome.networkError.transient } };
		}
		const now = this.run.dependencies.clock.now();
		this.lastResponseAt = now;
		const headers = readRateLimitHeaders(outcome.response.headers, now);
		if (headers !== undefined) rateLimiter.applyRateLimitHeaders(headers);

		const read = readResponse(this.provider, call, outcome.response, now);
		if ('value' in read) {
			this.refusalsInARow = 0;
			rateLimiter.onResponse(acquiredAt);
			return read;
		}
		if (read.details.kind !== 'rate') this.refusalsInARow = 0;
		return { failed: { ...read, unanswered: false } };
	}

	/** @returns null when the run waits; else the final failure, and nothing more is sent in this session. */
	private pauseRun(details: FailureDetails, rateLimiter: RateLimiter, acquiredAt: number): FailureDetails | null {
		const { clock, random } = this.run.dependencies;
		const now = clock.now();
		// Calls that were on their way together are refused together; that is one refusal.
		if (acquiredAt > this.refusedAt) this.refusalsInARow += 1;
		this.refusedAt = now;
		const waitMs = details.retryAfterMs ?? refusalPauseMs(this.refusalsInARow, random());
		if (waitMs > RETRY_AFTER_CAP_MS || !this.run.budget.take(now, waitMs)) {
			const seconds = Math.ceil(waitMs / 1000);
			this.endedBy ??= {
				...details,
				remedy: `${details.remedy} The next call would have to wait ${seconds} seconds, which is longer than this run may wait.`,
			};
			return this.endedBy;
		}
		if (details.kind === 'rate') rateLimiter.onThrottled(acquiredAt, now + waitMs);
		else rateLimiter.pause(now + waitMs);
		return null;
	}

	private async backOff(details: FailureDetails, attempts: number): Promise<boolean> {
		const { clock, random } = this.run.dependencies;
		const now = clock.now();
		const waitMs = Math.max(details.retryAfterMs ?? 0, backOffMs(attempts, random()));
		if (waitMs > RETRY_AFTER_CAP_MS || !this.run.budget.take(now, waitMs)) return false;
		return await waitUntil(clock, () => now + waitMs, this.stopped);
	}

	/** A refused key, a used-up quota, or a provider that nobody reaches: every further call would end the same way. */
	private endRunIfHopeless({ details, unanswered }: FailedAttempt, startedAt: number): void {
		const nobodyReachesIt = unanswered && details.notExecuted === true && this.lastResponseAt < startedAt && !this.run.stopped();
		if (details.kind === 'credentials' || details.kind === 'quota' || nobodyReachesIt) this.endedBy ??= details;
	}

	private withAdvice(details: FailureDetails, call: ProviderCall<unknown>): FailureDetails {
		if (isNotExecuted(details) || call.retrySafety === 'harmless') return details;
		return { ...details, remedy: `${whatToCheck(this.provider)} ${details.remedy}` };
	}
}

async function readCredential(context: TransportContext, type: string): Promise<CredentialFields> {
	return 'getInputData' in context ? await context.getCredentials(type, 0) : await context.getCredentials(type);
}

function ruleOf(provider: Provider, type: string | undefined): CredentialRule {
	const rule = type === undefined ? Object.values(provider.credentials)[0] : provider.credentials[type];
	if (rule === undefined) {
		throw new InputProblem(
			`${provider.displayName} cannot be called with the credential that is chosen`,
			`Choose another authentication for ${provider.displayName} in the node.`,
		);
	}
	return rule;
}

/**
 * Reads the credential, once, and prepares everything that calls to one provider share.
 *
 * @param context n8n's
 * @param options `credentialType` undefined: the calls carry no credential
 * @param run shared state; a single call outside `runItems` needs none
 * @throws {InputProblem} when the credential's base URL or allowed domains forbid calling
 */
export async function openSession(
	context: TransportContext,
	options: { provider: Provider; credentialType?: string },
	run: RunState = newRunState(context, {}, systemDependencies),
): Promise<Session> {
	const { provider, credentialType: type } = options;
	const rule = ruleOf(provider, type);
	const fields = type === undefined ? {} : await readCredential(context, type);
	const baseUrl = normalizeBaseUrl(fields.baseUrl, rule.defaultBaseUrl);
	assertDomainAllowed(fields, baseUrl);
	const identity: Identity = type === undefined ? { baseUrl } : { baseUrl, credential: { type, fields, place: rule.place } };
	return new ProviderSession(context, provider, identity, run);
}
