/** Every provider, spelled as in every output item. `providers/index.ts` holds what each of them is. */
export const PROVIDER_NAMES = ['skycore', 'voyage', 'attentive', 'vonage'] as const;

export type ProviderName = (typeof PROVIDER_NAMES)[number];

/**
 * @param name of a provider, also one that is none of ours
 * @returns it as a sentence writes it
 */
export function providerTitle(name: string): string {
	return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
