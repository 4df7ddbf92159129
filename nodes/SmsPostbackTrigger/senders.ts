import { attentive } from './attentive/sender';
import type { PostbackSender } from './sender';
import { skycore } from './skycore/sender';
import { vonage } from './vonage/sender';

/** Providers that send postbacks, the default first. The node's providers, fields, credentials and credential tests derive from this list. */
export const SENDERS: readonly [PostbackSender, ...PostbackSender[]] = [skycore, attentive, vonage];
