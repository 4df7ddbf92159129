import { type Person, wireChannelOf } from './person';

/** One subscription of a person. */
export interface Subscription {
	/** What kind of messages, such as `MARKETING`. */
	type: string;
	/** By which way, such as `TEXT`. */
	channel: string;
}

/**
 * @param subscription of a person
 * @returns how results and events name it as a campaign: `MARKETING TEXT`
 */
export function campaignName({ type, channel }: Subscription): string {
	return `${type} ${channel}`;
}

/**
 * @param type of the subscription that a sign-up asks for
 * @param person whom it is about
 * @returns the campaign that its result will name, as far as it can be known before Attentive has answered
 */
export function expectedCampaign(type: string, person: Person): string {
	return campaignName({ type, channel: wireChannelOf(person) });
}
