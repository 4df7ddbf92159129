import type { CallAnswer, PaceLimit, ProviderCall } from '../consent/call';
import { type FailureDetails, InputProblem, ProviderFailure } from '../consent/failure';
import type { Provider } from '../consent/provider';
import { waitUntil } from './clock';
import { DEFAULT_TIMEOUT_MS, RETRY_AFTER_CAP_MS } from './delivery';
import { exchange, type Identity, type TransportContext } from './exchange';
import { completed, detailsOfFault, failureToShow, notSentDetails, redirectDetails, unreadableDetails, whatToCheck } from './failure';
import { Pace, UNLIMITED } from './pace';
import { readRateHint } from './rateHint';
import type { Redact } from './redact';
import { backOffMs, type FailedAttempt, isSurelyNotDone, MOST_ATTEMPTS, MOST_REFUSALS, refusalPauseMs, repetitionOf } from './retry';
import type { RunState } from './runState';

/** For calls whose provider names no rate. */
const CAUTIOUS_PACE: PaceLimit = { callsPerSecond: 5, burst: 5 };

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
export class ProviderSession implements Session {
	endedBy: FailureDetails | null = null;

	private readonly paces = new Map<string, Pace>();
	private refusalsInARow = 0;
	private refusedAt = -Infinity;
	private lastAnswerAt = -Infinity;

	/** Settles with the first call. Until then no other one is sent, so that a wrong key is refused once and not many times. */
	private firstCall: Promise<unknown> | null = null;
	private firstCallDone = false;

	constructor(
		private readonly context: TransportContext,
		readonly provider: Provider,
		private readonly identity: Identity,
		readonly redact: Redact,
		private readonly run: RunState,
	) {}

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
		const pace = this.paceOf(call.pace);
		const startedAt = this.run.tools.clock.now();
		let attempts = 0;
		let refusals = 0;
		let inDoubt = false;
		for (;;) {
			const turnTakenAt = await pace.turn(this.stopped);
			if (turnTakenAt === null) throw failureToShow(notSentDetails(this.provider, this.endedBy), this.redact, inDoubt);

			const attempt = await this.attempt(call, identity, pace, turnTakenAt);
			if ('value' in attempt) return attempt.value;

			const { failed } = attempt;
			let { details } = failed;
			const repetition = repetitionOf(failed, call.repeat);
			if (repetition === 'when the run may go on') {
				refusals += 1;
				const refused = this.pauseRun(details, pace, turnTakenAt);
				if (refused === null && refusals < MOST_REFUSALS) continue;
				details = refused ?? details;
			} else if (repetition === 'after a while') {
				attempts += 1;
				if (attempts < MOST_ATTEMPTS && (await this.backOff(details, attempts))) {
					inDoubt ||= !isSurelyNotDone(details);
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

	private paceOf(key: string): Pace {
		const known = this.paces.get(key);
		if (known !== undefined) return known;
		const own = this.provider.pace[key] ?? CAUTIOUS_PACE;
		const chosen = this.run.delivery.callsPerSecond;
		const limit =
			chosen === undefined ? own : chosen > 0 ? { callsPerSecond: chosen, burst: Math.max(1, Math.min(own.burst, chosen)) } : UNLIMITED;
		const pace = new Pace(limit, this.run.tools.clock);
		this.paces.set(key, pace);
		return pace;
	}

	private async attempt<Result>(call: ProviderCall<Result>, identity: Identity, pace: Pace, turnTakenAt: number): Promise<Attempt<Result>> {
		const outcome = await exchange(this.context, call.request, identity, {
			timeoutMs: this.run.delivery.timeoutMs ?? DEFAULT_TIMEOUT_MS,
			inFlight: this.run.inFlight,
		});
		if ('fault' in outcome) {
			const details = detailsOfFault(this.provider, outcome.fault);
			return { failed: { details, unanswered: true, passing: outcome.fault.passing } };
		}
		const { answer } = outcome;
		const now = this.run.tools.clock.now();
		this.lastAnswerAt = now;
		const hint = readRateHint(answer.headers, now);
		if (hint !== undefined) pace.learn(hint);

		const read = this.readAnswer(call, answer);
		if ('value' in read) {
			this.refusalsInARow = 0;
			pace.answered(turnTakenAt);
			return read;
		}
		const details = completed(read.details, answer, now);
		if (details.kind !== 'rate') this.refusalsInARow = 0;
		return { failed: { details, unanswered: false, passing: true } };
	}

	private readAnswer<Result>(
		call: ProviderCall<Result>,
		answer: CallAnswer,
	): { value: Result } | { details: FailureDetails } {
		const redirect = redirectDetails(this.provider, answer);
		if (redirect !== null) return { details: redirect };
		try {
			return { value: call.interpret(answer) };
		} catch (error) {
			if (error instanceof ProviderFailure) return { details: error.details };
			return { details: unreadableDetails(this.provider, answer) };
		}
	}

	/** @returns null when the run waits; else the final failure, and nothing more is sent in this session. */
	private pauseRun(details: FailureDetails, pace: Pace, turnTakenAt: number): FailureDetails | null {
		const { clock, random } = this.run.tools;
		const now = clock.now();
		// Calls that were on their way together are refused together; that is one refusal.
		if (turnTakenAt > this.refusedAt) this.refusalsInARow += 1;
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
		if (details.kind === 'rate') pace.refused(turnTakenAt, now + waitMs);
		else pace.pause(now + waitMs);
		return null;
	}

	private async backOff(details: FailureDetails, attempts: number): Promise<boolean> {
		const { clock, random } = this.run.tools;
		const now = clock.now();
		const waitMs = Math.max(details.retryAfterMs ?? 0, backOffMs(attempts, random()));
		if (waitMs > RETRY_AFTER_CAP_MS || !this.run.budget.take(now, waitMs)) return false;
		return await waitUntil(clock, () => now + waitMs, this.stopped);
	}

	/** A refused key, a used-up quota, or a provider that nobody reaches: every further call would end the same way. */
	private endRunIfHopeless({ details, unanswered }: FailedAttempt, startedAt: number): void {
		const nobodyReachesIt = unanswered && details.surelyNotDone === true && this.lastAnswerAt < startedAt && !this.run.stopped();
		if (details.kind === 'credentials' || details.kind === 'quota' || nobodyReachesIt) this.endedBy ??= details;
	}

	private withAdvice(details: FailureDetails, call: ProviderCall<unknown>): FailureDetails {
		if (isSurelyNotDone(details) || call.repeat === 'harmless') return details;
		return { ...details, remedy: `${whatToCheck(this.provider)} ${details.remedy}` };
	}
}
