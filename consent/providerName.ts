/** Every provider, spelled as in every output item. `providers/index.ts` holds what each of them is. */
export const PROVIDER_NAMES = ['skycore', 'voyage', 'attentive', 'vonage'] as const;

export type ProviderName = (typeof PROVIDER_NAMES)[number];
