/** The list of stand-ins: a provider is in the sandbox because it is in here. */

import { ATTENTIVE } from './attentive/standIn.mts';
import type { CommonSettings } from './settings/common.mts';
import { SKYCORE } from './skycore/standIn.mts';
import type { StandInDescription } from './standIn.mts';
import { VONAGE } from './vonage/standIn.mts';
import { VOYAGE } from './voyage/standIn.mts';

const STAND_INS = [SKYCORE, VOYAGE, ATTENTIVE, VONAGE] as const;

type Listed = (typeof STAND_INS)[number];
type OtherUrlNameOf<Description> = Description extends { readonly otherPaths?: infer Paths } ? keyof NonNullable<Paths> : never;

export type ProviderName = Listed['name'];
/** The settings of each provider, by its name. */
export type ProviderSettings = { [Description in Listed as Description['name']]: Description['defaults'] };
/** What a person enters in the credential: each provider's base URL by its name, and the further URLs by theirs. */
export type BaseUrls = Record<ProviderName | OtherUrlNameOf<Listed>, string>;
/** A description of which only that is known what all have in common. */
export type AnyStandIn = StandInDescription<ProviderName, CommonSettings, string>;

/** In the order in which they are shown. */
export const ALL_STAND_INS: readonly AnyStandIn[] = STAND_INS;
export const PROVIDERS: readonly ProviderName[] = STAND_INS.map(({ name }) => name);

/** Whether a text names a provider of the sandbox. */
export function isProvider(value: unknown): value is ProviderName {
	return (PROVIDERS as readonly unknown[]).includes(value);
}

/** What the stand-in of that provider says of itself. */
export function standInOf(provider: ProviderName): AnyStandIn {
	const found = ALL_STAND_INS.find(({ name }) => name === provider);
	if (found === undefined) throw new Error(`There is no stand-in for ${provider}`);
	return found;
}

/** Makes something for every provider. */
export function byProvider<T>(make: (standIn: AnyStandIn) => T): Record<ProviderName, T> {
	return Object.fromEntries(ALL_STAND_INS.map((standIn) => [standIn.name, make(standIn)])) as Record<ProviderName, T>;
}

/** @param sandboxUrl without a slash at the end */
export function baseUrlsAt(sandboxUrl: string): BaseUrls {
	const urls = ALL_STAND_INS.flatMap(({ name, basePath, otherPaths = {} }) => [
		[name, `${sandboxUrl}/${name}${basePath}`],
		...Object.entries(otherPaths).map(([urlName, path]) => [urlName, `${sandboxUrl}/${name}${path}`]),
	]);
	return Object.fromEntries(urls) as BaseUrls;
}
