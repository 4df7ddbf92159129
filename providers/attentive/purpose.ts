/** What a call is for, in the words of the messages about it. */
export interface CallPurpose {
	/** Goes on the sentence "Attentive refused to ...". */
	doing: string;
	/** The scope that the call needs, as Attentive spells it. https://docs.attentive.com/pages/authentication */
	scope: string;
	/** How to do without the scope, where that is possible; a sentence that goes on the remedy. */
	withoutScope?: string;
	/** What to look at when Attentive refuses the values. */
	checkInput: string;
}

const WEBHOOKS_SCOPE = 'webhooks:write';

function webhookPurpose(doing: string): CallPurpose {
	return {
		doing,
		scope: WEBHOOKS_SCOPE,
		checkInput:
			"Attentive takes https addresses that can be reached from the internet. If it refuses 'sms.unsubscribed', which its API does not list, check that event by hand in Attentive under Settings > Webhooks.",
	};
}

/** Every call of this provider. */
export const PURPOSES = {
	subscribe: {
		doing: 'subscribe this person',
		scope: 'subscriptions:write',
		checkInput:
			"Check the number and the sign-up source: the ID stands in Attentive's 'Sign-up Units' tab and must be one with the API method; a language, a country and a subscription type must match exactly one such unit.",
	},
	unsubscribe: {
		doing: 'unsubscribe this person',
		scope: 'subscriptions:write',
		checkInput: 'Check the number or email address. The person is NOT opted out yet: repeat it, or opt them out by hand in Attentive.',
	},
	lookUp: {
		doing: 'look this person up',
		scope: 'subscriptions:read',
		withoutScope:
			" SMS Subscribe can do without it: switch off 'Skip People Already Subscribed' there. Attentive then texts people again who are subscribed already.",
		checkInput: 'Check the number or email address.',
	},
	listWebhooks: webhookPurpose('list its webhooks'),
	createWebhook: webhookPurpose('register the webhook'),
	updateWebhook: webhookPurpose('change the webhook'),
	deleteWebhook: webhookPurpose('remove the webhook'),
} satisfies Record<string, CallPurpose>;

/**
 * @param purpose of a call
 * @returns false for the calls about webhooks, whose events have 'phone' and 'email' in their names
 */
export function isAboutPerson({ scope }: CallPurpose): boolean {
	return scope !== WEBHOOKS_SCOPE;
}
