import type { PostbackSender } from '../sender';
import { attentive } from './attentive';
import { skycore } from './skycore';
import { vonage } from './vonage';

/** Providers that send postbacks, the default first. */
export const SENDERS: readonly PostbackSender[] = [skycore, attentive, vonage];
