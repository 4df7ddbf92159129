import type { IHookFunctions } from 'n8n-workflow';

import type { ProviderCall, RateLimit } from '../../consent/call';
import { eventKey } from '../../consent/eventKey';
import { type FailureDetails, InputProblem } from '../../consent/failure';
import type { CredentialFields, CredentialRule, Provider } from '../../consent/provider';
import { assertDomainAllowed, normalizeBaseUrl } from '../../consent/url';
import { failureToShow, isNotExecuted, networkFailure, notSentDetails, readResponse, whatToCheck } from './failure';
import { httpRequest, type Identity, type TransportContext } from './httpRequest';
import { LONGEST_PAUSE_MS, type RateLimiter, sharedRateLimiter, UNLIMITED } from './rateLimiter';
import { readRateLimitHeaders } from './waitHeaders';
import { type Redact, redactorOf } from './redact';
import { backOffMs, type FailedAttempt, MOST_ATTEMPTS, MOST_REFUSALS, refusalPauseMs, type Repetition, repetitionOf } from './retryPolicy';
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
	/** The same thing asked for at the same address twice in one run: send once, answer both. */
	sendDuplicatesOnce: boolean;
	/** Opts people in although n8n repeats the execution or the node, and may text them a second time. */
	allowRetry?: boolean;
}

export const DEFAULT_CONCURRENCY = 16;
export const DEFAULT_TIMEOUT_MS = 30_000;
export const DEFAULT_RETRY_BUDGET_MS = 10 * 60_000;
/** Shorter waits are not worth telling. */
const TOLD_FROM_MS = 5_000;

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
	delivery: Pick<DeliveryOptions, 'callsPerSecond' | 'timeoutMs' | 'retryBudgetMs'>;
	budget: WaitBudget;
	deadlines: Deadlines;
	/** True once nothing more may be sent, for whatever reason. */
	stopped: () => boolean;
	/** Says something to whoever watches the run. */
	tell: (text: string) => void;
	/** What has to be given back when the run has ended. */
	endings: Array<() => void>;
}

/**
 * @param context n8n's
 * @param delivery how the run sends
 * @param dependencies time and chance
 * @param more `halted`: more reasons to stop, besides the execution's own; `tell`: says something to whoever watches
 * @returns what sessions of one run share; `endRun` gives it back
 */
export function newRunState(
	context: TransportContext,
	delivery: RunState['delivery'],
	dependencies: Dependencies,
	{ halted = () => false, tell = () => undefined }: { halted?: () => boolean; tell?: (text: string) => void } = {},
): RunState {
	const cancel = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return {
		dependencies,
		delivery,
		budget: new WaitBudget(delivery.retryBudgetMs ?? DEFAULT_RETRY_BUDGET_MS),
		deadlines: new Deadlines(cancel),
		stopped: () => cancel?.aborted === true || halted(),
		tell,
		endings: [],
	};
}

/**
 * @param run that has ended; other runs no longer wait for what it would have sent
 */
export function endRun(run: RunState): void {
	for (const ending of run.endings.splice(0)) ending();
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

const REPEAT_THE_OPT_OUT =
	'It is unknown whether this opt-out was carried out. Send it again until it is: opting out twice harms nobody. Until then, do not text this person.';

/** How one attempt ended. */
type Attempt<Result> = { value: Result } | { failed: FailedAttempt };

/** Sends the calls of one provider and one credential within one run. */
class ProviderSession implements Session {
	endedBy: FailureDetails | null = null;

	private redactor: Redact | undefined;
	/** What an OAuth2 credential held later in the run. */
	private readonly renewed: CredentialFields[] = [];
	private readonly rateLimiters = new Map<string, RateLimiter>();
	/** The last failure for which the provider wants a pause. */
	private pausedBy: FailureDetails | undefined;
	private toldUntil = -Infinity;
	private lastResponseAt = -Infinity;

	/** Settles with the first call. Until then no other one is sent, so that a wrong key is refused once and not many times. */
	private firstCall: Promise<unknown> | null = null;
	private firstCallDone = false;

	constructor(
		private readonly context: TransportContext,
		readonly provider: Provider,
		private readonly identity: Identity,
		private readonly account: string,
		private readonly run: RunState,
	) {}

	/** Worked out when there is something to blacken: most calls succeed. */
	readonly redact: Redact = (text) => (this.redactor ??= redactorOf({ ...this.identity.credential?.fields, renewed: this.renewed }))(text);

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
		let form = call;
		let attempts = 0;
		let refusals = 0;
		let inDoubt = false;
		let lastFailure: FailureDetails | undefined;
		for (;;) {
			const acquiredAt = await rateLimiter.acquire(this.mayWait);
			if (acquiredAt === null) throw failureToShow(this.notSent(lastFailure), this.redact, inDoubt);

			const attempt = await this.attempt(form, identity, rateLimiter, acquiredAt);
			if ('value' in attempt) {
				if (showsAnswer(attempt.value)) await this.learnRenewedToken();
				return attempt.value;
			}

			const { failed } = attempt;
			lastFailure = failed.details;
			const repetition = repetitionOf(failed, call);
			if (!failed.unanswered) this.pauseIfAskedFor(failed.details, repetition, rateLimiter, acquiredAt);
			if (repetition === 'when the run may go on') {
				refusals += 1;
				if (refusals < MOST_REFUSALS) continue;
			} else if (repetition === 'after a while') {
				attempts += 1;
				if (attempts < MOST_ATTEMPTS && (await this.backOff(failed.details, attempts))) {
					if (!isNotExecuted(failed.details)) {
						inDoubt = true;
						form = call.withoutConfirmation?.() ?? call;
					}
					continue;
				}
			}
			this.endRunIfHopeless(failed, startedAt);
			await this.learnRenewedToken();
			throw failureToShow(this.withAdvice(failed.details, call), this.redact, inDoubt);
		}
	}

	/** n8n renews the token of an OAuth2 credential by itself, in the middle of a run; the new one is a secret like the old one. */
	private async learnRenewedToken(): Promise<void> {
		const { credential } = this.identity;
		if (credential?.place !== 'n8n') return;
		const known = this.renewed.at(-1) ?? credential.fields;
		const fields = await this.context.getCredentials<CredentialFields>(credential.type).catch(() => known);
		if (JSON.stringify(fields) === JSON.stringify(known)) return;
		this.renewed.push(fields);
		this.redactor = undefined;
	}

	/** Whether a call of this session may wait as long as the provider wants no calls; if not, the session has ended. */
	private readonly mayWait = (pausedUntil: number): boolean => {
		if (this.stopped()) return false;
		const { clock } = this.run.dependencies;
		const now = clock.now();
		const waitMs = pausedUntil - now;
		if (waitMs <= 0) return true;
		if (!this.run.budget.take(now, waitMs)) {
			this.endForWait(waitMs);
			return false;
		}
		if (waitMs >= TOLD_FROM_MS && pausedUntil > this.toldUntil) {
			this.toldUntil = pausedUntil;
			this.run.tell(`waiting ${Math.ceil(waitMs / 1000)} s for ${this.provider.displayName}, which wants no calls until then`);
		}
		return true;
	};

	private endForWait(waitMs: number): void {
		const { name, displayName } = this.provider;
		const reason = this.pausedBy ?? {
			provider: name,
			kind: 'rate',
			message: `${displayName} wants no more calls for a while`,
			remedy: 'Run the workflow again later for what was not done.',
		};
		const seconds = Math.ceil(waitMs / 1000);
		this.endedBy ??= {
			...reason,
			remedy: `${reason.remedy} The next call would have to wait ${seconds} seconds, which is longer than this run may wait ('Maximum Waiting Time' in the node's options).`,
		};
	}

	/** A call that was itself put off until the session ended says why in its own words. */
	private notSent(lastFailure: FailureDetails | undefined): FailureDetails {
		const isOwn = lastFailure !== undefined && this.endedBy?.message === lastFailure.message;
		return isOwn ? { ...lastFailure, remedy: this.endedBy?.remedy ?? lastFailure.remedy } : notSentDetails(this.provider, this.endedBy);
	}

	private identityFor(call: ProviderCall<unknown>): Identity {
		if (call.credential === undefined) return { baseUrl: this.identity.baseUrl };
		if (call.credential === this.identity.credential?.type) return this.identity;
		throw new InputProblem(
			`${this.provider.displayName} needs a credential for this, and none of the right type is chosen`,
			`Choose the credential again in the node, for the authentication that is chosen there.`,
		);
	}

	private rateLimiterFor(kind: string): RateLimiter {
		const known = this.rateLimiters.get(kind);
		if (known !== undefined) return known;
		const key = eventKey(['pace', new URL(this.identity.baseUrl).host, this.account, kind]);
		const rateLimiter = sharedRateLimiter(key, this.run.dependencies.clock);
		this.run.endings.push(rateLimiter.enter(this.limitFor(kind)));
		this.rateLimiters.set(kind, rateLimiter);
		return rateLimiter;
	}

	private limitFor(kind: string): RateLimit {
		const own = this.provider.rateLimits[kind] ?? CAUTIOUS_RATE_LIMIT;
		const chosen = this.run.delivery.callsPerSecond;
		if (chosen === undefined) return own;
		return chosen > 0 ? { callsPerSecond: chosen, burst: Math.max(1, Math.min(own.burst, chosen)) } : UNLIMITED;
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
			rateLimiter.onResponse(acquiredAt);
			return read;
		}
		return { failed: { ...read, unanswered: false } };
	}

	/** A provider that is busy, or names a time to come back, is left alone by every run until then, whatever becomes of the one call. */
	private pauseIfAskedFor(details: FailureDetails, repetition: Repetition, rateLimiter: RateLimiter, acquiredAt: number): void {
		const isRefusal = repetition === 'when the run may go on';
		if (!isRefusal && (details.retryAfterMs === undefined || details.kind !== 'temporary')) return;
		const { clock, random } = this.run.dependencies;
		const now = clock.now();
		const growingMs = isRefusal ? refusalPauseMs(rateLimiter.countRefusal(acquiredAt), random()) : 0;
		const waitMs = Math.max(details.retryAfterMs ?? 0, growingMs);
		this.pausedBy = details;
		if (waitMs > LONGEST_PAUSE_MS) this.endForWait(waitMs);
		if (details.kind === 'rate') rateLimiter.onThrottled(acquiredAt, now + waitMs);
		else rateLimiter.pause(now + waitMs);
	}

	private async backOff(details: FailureDetails, attempts: number): Promise<boolean> {
		const { clock, random } = this.run.dependencies;
		const now = clock.now();
		const waitMs = Math.max(details.retryAfterMs ?? 0, backOffMs(attempts, random()));
		if (waitMs > LONGEST_PAUSE_MS || !this.run.budget.take(now, waitMs)) return false;
		return await waitUntil(clock, () => now + waitMs, this.stopped);
	}

	/** A refused key, a used-up quota, or a provider that nobody reaches: every further call would end the same way. */
	private endRunIfHopeless({ details, unanswered }: FailedAttempt, startedAt: number): void {
		const nobodyReachesIt = unanswered && details.notExecuted === true && this.lastResponseAt < startedAt && !this.run.stopped();
		if (details.kind === 'credentials' || details.kind === 'quota' || nobodyReachesIt) this.endedBy ??= details;
	}

	private withAdvice(details: FailureDetails, call: ProviderCall<unknown>): FailureDetails {
		if (isNotExecuted(details)) return details;
		if (call.withoutConfirmation !== undefined) return { ...details, remedy: `${REPEAT_THE_OPT_OUT} ${details.remedy}` };
		if (call.retrySafety === 'harmless') return details;
		return { ...details, remedy: `${whatToCheck(this.provider)} ${details.remedy}` };
	}
}

/** A result that carries the provider's answer, which may echo the request. */
function showsAnswer(result: unknown): boolean {
	return typeof result === 'object' && result !== null && 'raw' in result && result.raw !== undefined;
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

/** Who calls whom. */
export interface SessionOptions {
	provider: Provider;
	/** Undefined: the calls carry no credential. */
	credentialType?: string;
	/** Of that credential. */
	fields?: CredentialFields;
}

/**
 * Prepares everything that calls to one provider with one credential share.
 *
 * @param context n8n's
 * @param options who calls whom
 * @param run what it shares with other sessions
 * @throws {InputProblem} when the credential's base URL or allowed domains forbid calling
 */
export function newSession(context: TransportContext, options: SessionOptions, run: RunState): Session {
	const { provider, credentialType: type, fields = {} } = options;
	const rule = ruleOf(provider, type);
	const baseUrl = normalizeBaseUrl(fields.baseUrl, rule.defaultBaseUrl);
	assertDomainAllowed(fields, baseUrl);
	const identity: Identity = type === undefined ? { baseUrl } : { baseUrl, credential: { type, fields, place: rule.place } };
	return new ProviderSession(context, provider, identity, type === undefined ? '' : rule.accountOf(fields), run);
}

/**
 * Reads the credential and prepares single calls, such as those of an activation, each of which is a run of its own.
 *
 * @param context n8n's
 * @param options who calls whom
 * @throws {InputProblem} when the credential's base URL or allowed domains forbid calling
 */
export async function openSession(context: IHookFunctions, options: Omit<SessionOptions, 'fields'>): Promise<Pick<Session, 'send'>> {
	const { credentialType: type } = options;
	const fields = type === undefined ? {} : await context.getCredentials(type);
	return {
		async send(call) {
			const run = newRunState(context, {}, systemDependencies);
			try {
				return await newSession(context, { ...options, fields }, run).send(call);
			} finally {
				endRun(run);
			}
		},
	};
}
