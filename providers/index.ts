import type { ProviderName } from '../consent/call';
import { attentive } from './attentive';
import type { Provider } from '../consent/provider';
import { skycore } from './skycore';
import { voyage } from './voyage';
import { vonage } from './vonage';

/** Every provider of this package; a fifth is one more line here. */
export const PROVIDERS: Record<ProviderName, Provider> = { skycore, voyage, attentive, vonage };
