import type { Provider } from '../consent/provider';
import type { ProviderName } from '../consent/providerName';
import { attentive } from './attentive/provider';
import { skycore } from './skycore/provider';
import { vonage } from './vonage/provider';
import { voyage } from './voyage/provider';

/** Every provider of this package; a fifth is one more line here. */
export const PROVIDERS: Record<ProviderName, Provider> = { skycore, voyage, attentive, vonage };
