/** The settings that have nothing to do with a provider's dialect. */

import type { FaultRule } from '../faults/rules.mts';

/** Settings of the sandbox as a whole. */
export type SandboxSettings = {
	/** Divides every documented wait between postback attempts. 300 turns five minutes into one second. */
	clockFactor: number;
	/** Decides which requests a fault with a share hits. */
	seed: number;
	/** Requests, texts and deliveries kept in detail, per provider. Counters go on for ever. */
	logCapacity: number;
	/** Postbacks go to this machine only, unless this is set. */
	allowRemotePostbacks: boolean;
};

/** Settings that every provider has. */
export type CommonSettings = {
	/** Milliseconds between acting on a request and answering it. */
	latencyMs: number;
	/** Calls accepted in one second, 0 = no limit. A provider may have its own documented limits besides. */
	callsPerSecond: number;
	faults: FaultRule[];
	/** Where this provider sends what happened; '' = nowhere. */
	postbackUrl: string;
	/** How long the provider waits for the receiver's answer. Real time, not divided by the clock factor. */
	postbackTimeoutMs: number;
};

/** Settings as they are at this moment: they may change at any time. */
export interface CurrentSettings<Settings = CommonSettings> {
	/** A provider's own. */
	readonly settings: Settings;
	readonly sandbox: SandboxSettings;
}

export const SANDBOX_DEFAULTS: Readonly<SandboxSettings> = {
	clockFactor: 1,
	seed: 1,
	logCapacity: 1_000,
	allowRemotePostbacks: false,
};

/** A provider that answers at once, breaks nothing and tells nobody what happened. */
export function commonDefaults(): CommonSettings {
	return { latencyMs: 0, callsPerSecond: 0, faults: [], postbackUrl: '', postbackTimeoutMs: 10_000 };
}
