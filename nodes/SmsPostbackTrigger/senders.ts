import { PROVIDER_PARAMETER } from '../fields/form';
import { attentive } from './attentive/sender';
import type { PostbackSender } from './sender';
import { skycore } from './skycore/sender';
import { vonage } from './vonage/sender';

/** Providers that send postbacks, the default first. The node's providers, fields, credentials and credential tests derive from this list. */
export const SENDERS: readonly [PostbackSender, ...PostbackSender[]] = [skycore, attentive, vonage];

/**
 * @param context of the running webhook or of the activation
 * @returns what is chosen in 'Provider'; undefined when it is none of the list
 */
export function chosenSender(context: { getNodeParameter(name: string): unknown }): PostbackSender | undefined {
	const chosen = context.getNodeParameter(PROVIDER_PARAMETER);
	return SENDERS.find(({ provider }) => provider === chosen);
}
