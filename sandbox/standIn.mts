/** What a provider's stand-in is made of: what it says of itself, what it is given, and what it can be asked. */

import type { FaultRule } from './faults/rules.mts';
import type { Postbacks } from './postbacks/postbacks.mts';
import type { Seed } from './seed.mts';
import type { CommonSettings, CurrentSettings } from './settings/common.mts';
import type { SentText } from './traffic.mts';
import type { Answer } from './wire/answer.mts';
import type { JsonObject } from './wire/json.mts';
import type { WireRequest } from './wire/request.mts';

/** Somebody a provider knows, in words of its own. */
export type SubscriberView = {
	/** Digits of the number, or an email address. */
	number: string;
	/** 'subscribed', 'pending', 'optedOut' ... */
	state: string;
	/** '' where the provider has none. */
	campaign: string;
	/** ISO time, UTC. */
	since: string;
	detail: JsonObject;
};

/** One provider at work. Numbers are digits everywhere. */
export interface StandIn<Settings = CommonSettings> {
	/** Acts on a request and answers it. */
	handle(request: WireRequest): Answer;
	/** The answer when `callsPerSecond` is used up. */
	overLimit(request: WireRequest): Answer;
	/** A person texts the provider's number. `campaign` names the one that is meant, where that matters. */
	text(from: string, text: string, campaign?: string): void;
	/** Returns how many people were added. */
	seed(seed: Seed): number;
	everybody(): Generator<SubscriberView>;
	/** `number` may be an email address. */
	find(number: string, campaign?: string): SubscriberView | undefined;
	/** Forgets everybody and everything, waiting postbacks included. */
	clear(): void;
	/** Settings were changed; needed only by who keeps something that depends on them. */
	onSettingsChanged?(before: Settings): void;
}

/** What a stand-in is given. */
export interface StandInContext<Settings> extends CurrentSettings<Settings> {
	readonly postbacks: Postbacks;
	/** Keeps and counts a text that the provider sends to a person. */
	logText(text: Omit<SentText, 'at'>): void;
}

/** For every setting that takes a few words only, the words. */
type Choices<Settings> = {
	readonly [K in keyof Settings as Settings[K] extends string ? (string extends Settings[K] ? never : K) : never]: ReadonlyArray<
		Settings[K]
	>;
};

/** For every setting that is a list by name, what fills up a new name. */
type EntryDefaults<Settings> = {
	readonly [K in keyof Settings as Settings[K] extends Record<string, object>
		? string extends keyof Settings[K]
			? K
			: never
		: never]: Settings[K] extends Record<string, infer Entry> ? Entry : never;
};

/**
 * What a stand-in says of itself. The list in `standIns.mts` holds one of these per provider, and all the rest of the sandbox goes by that list.
 */
export interface StandInDescription<Name extends string, Settings extends CommonSettings, UrlName extends string = never> {
	/** Its key in the settings and the first part of its URLs. */
	readonly name: Name;
	/** For people. */
	readonly title: string;
	/** Below `/<name>`, with which its base URL ends: what a person enters in the credential. */
	readonly basePath: string;
	/** Further URLs that a credential asks for: paths below `/<name>`. */
	readonly otherPaths?: Readonly<Record<UrlName, string>>;
	readonly sendsPostbacks: boolean;
	/** The account that exists in a fresh sandbox. It exists nowhere else. */
	readonly defaults: Settings;
	readonly choices: Choices<Settings>;
	readonly entryDefaults: EntryDefaults<Settings>;
	/** The keys of the account, in a line for people. */
	accountLine(settings: Settings): string;
	start(context: StandInContext<Settings>): StandIn<Settings>;
	/** Its own error inside HTTP 200, for faults of the kind 'ownError'; left out by a provider that has none. */
	ownError?(rule: Pick<FaultRule, 'code' | 'info'>, request: WireRequest, settings: Settings): Answer;
	/** Headers that prove where a postback comes from; left out by a provider that has none. */
	signatureHeaders?(body: string, settings: Settings): Record<string, string>;
}
