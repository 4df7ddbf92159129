import type { IHookFunctions } from 'n8n-workflow';

import { ProviderFailure } from '../../../consent/failure';
import { attentive } from '../../../providers/attentive/provider';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook, type AttentiveWebhook } from '../../../providers/attentive/webhooks';
import { openSession } from '../../../transport/outbound/session';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import { whileChosen } from '../../fields/form';
import { ParameterReader } from '../../fields/parameterReader';
import { wantedKinds } from '../eventFilter';
import { rememberMissingEvents } from '../missingEvents';
import type { Registration } from '../sender';
import { forgetOwnWebhook, isOwnWebhook, ownWebhook, rememberOwnWebhook } from './ownWebhook';

/** Name of the field 'Register Webhook Automatically'. */
export const REGISTER_PARAMETER = 'registerWebhook';

/** Attentive's API reference does not list these, its dashboard does: refusing one must not cost the others. */
const MAY_BE_REFUSED = ['sms.inbound_message', 'sms.unsubscribed'];

const EVENTS_OF: Record<string, readonly string[]> = {
	'opt-in': ['sms.subscribed', 'email.subscribed'],
	'opt-out': ['sms.unsubscribed', 'email.unsubscribed', 'sms.inbound_message'],
	message: ['sms.inbound_message'],
};

/** The webhooks at Attentive that concern this trigger. */
interface Present {
	/** What this trigger created, wherever it delivers to. */
	own?: AttentiveWebhook;
	/** All that deliver to this trigger's URL. */
	here: AttentiveWebhook[];
}

/**
 * Attentive's webhook, created on activation and deleted on deactivation when the person asked for that. What the trigger created
 * itself is recognized by its id, and moves along when n8n's public address changes; other webhooks count by their URL. Events that
 * somebody ticked by hand are never taken away, since they may be the opt-outs.
 *
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export const registration: Registration = {
	credentials: attentiveCredentials.map((credential) => ({
		...credential,
		displayOptions: { show: { ...credential.displayOptions?.show, ...whileChosen({ [REGISTER_PARAMETER]: [true] }).show } },
	})),

	async exists(context): Promise<boolean> {
		if (!isRequested(context)) return true;
		const { own, here } = await presentWebhooks(context);
		const announced = announcedBy(here);
		const complete = eventsFor(context).every((event) => announced.has(event));
		if (!complete || (own !== undefined && !here.includes(own))) return false;
		rememberMissingEvents(context, []);
		return true;
	},

	async create(context): Promise<void> {
		if (!isRequested(context)) return;
		const announced = await announcedAfterRegistering(context, await presentWebhooks(context));
		const missing = eventsFor(context).filter((event) => !announced.has(event));
		rememberMissingEvents(context, missing);
		if (missing.length > 0) {
			context.logger.warn(
				`Attentive did not let n8n register ${missing.join(', ')}. Check it by hand under Webhooks > Events of your app, or such events do not arrive.`,
			);
		}
	},

	async remove(context): Promise<void> {
		const { webhookId, registeredEvents = [] } = ownWebhook(context);
		if (!isRequested(context) || webhookId === undefined) return;
		const own = (await allWebhooks(context)).find((webhook) => isOwnWebhook(context, webhook, urlOf(context)));
		if (own?.events.every((event) => registeredEvents.includes(event))) await removed(context, own);
		else if (own !== undefined) {
			context.logger.info(
				'The webhook at Attentive was left in place, because events were ticked there by hand. It is used again at the next activation.',
			);
		}
	},
};

async function presentWebhooks(context: IHookFunctions): Promise<Present> {
	const url = urlOf(context);
	const webhooks = await allWebhooks(context);
	const here = webhooks.filter((webhook) => webhook.url === url);
	// A test listens beside production, at a URL of its own: what production created must stay where it is.
	if (context.getActivationMode() === 'manual') return { here };
	const own = webhooks.find((webhook) => isOwnWebhook(context, webhook, url));
	return { here, ...(own !== undefined && { own }) };
}

/** The events that Attentive sends to this trigger's URL afterwards. */
async function announcedAfterRegistering(context: IHookFunctions, { own, here }: Present): Promise<Set<string>> {
	const wanted = eventsFor(context);
	const target = here.find((webhook) => webhook === own && isEnabled(webhook)) ?? here.find(isEnabled) ?? own ?? here[0];
	if (target === undefined) return new Set((await created(context, wanted)).events);

	const elsewhere = announcedBy(here.filter((webhook) => webhook !== target));
	const { events } = await updated(context, target, [...new Set([...target.events, ...wanted.filter((event) => !elsewhere.has(event))])]);
	if (own === target) rememberAdded(context, target, events);
	const announced = new Set([...elsewhere, ...events]);
	return own === undefined || own === target ? announced : new Set([...announced, ...(await merged(context, own, announced))]);
}

/**
 * Another webhook delivers here already, and the trigger's own one does not, because n8n has left its address. Only what the other
 * does not send moves along, so that nothing arrives twice.
 *
 * @returns the events that moved
 */
async function merged(context: IHookFunctions, own: AttentiveWebhook, announced: Set<string>): Promise<string[]> {
	const { registeredEvents = [] } = ownWebhook(context);
	const wanted = eventsFor(context);
	const rest = own.events.filter((event) => !announced.has(event) && (wanted.includes(event) || !registeredEvents.includes(event)));
	if (rest.length === 0) {
		await removed(context, own);
		return [];
	}
	const outcome = await orRefusal(updated(context, own, rest));
	return outcome instanceof ProviderFailure ? [] : outcome.events;
}

async function created(context: IHookFunctions, wanted: string[]): Promise<AttentiveWebhook> {
	const session = await sessionOf(context);
	const credential = credentialOf(context);
	const url = urlOf(context);
	const webhook = await withFewerEvents(wanted, wanted, async (events) => await session.send(createWebhook({ credential, url, events })));
	rememberOwnWebhook(context, webhook.id, webhook.events);
	return webhook;
}

/** Makes a webhook send these events to this trigger's URL. */
async function updated(context: IHookFunctions, webhook: AttentiveWebhook, events: string[]): Promise<AttentiveWebhook> {
	const url = urlOf(context);
	const arriving = webhook.url === url ? webhook.events : [];
	const isAsWanted = webhook.url === url && isEnabled(webhook) && events.every((event) => arriving.includes(event));
	if (isAsWanted) return webhook;
	const session = await sessionOf(context);
	const credential = credentialOf(context);
	return await withFewerEvents(
		events,
		events.filter((event) => !arriving.includes(event)),
		async (attempted) => await session.send(updateWebhook({ credential, id: webhook.id, url, events: attempted, disabled: false })),
	);
}

async function removed(context: IHookFunctions, { id }: AttentiveWebhook): Promise<void> {
	await (await sessionOf(context)).send(deleteWebhook({ credential: credentialOf(context), id }));
	forgetOwnWebhook(context);
}

function rememberAdded(context: IHookFunctions, before: AttentiveWebhook, events: string[]): void {
	const { registeredEvents = [] } = ownWebhook(context);
	const added = events.filter((event) => !before.events.includes(event));
	rememberOwnWebhook(context, before.id, [...new Set([...registeredEvents, ...added])]);
}

/** Tries all events first, then without those that Attentive may not know, the opt-out being the last to be given up. */
async function withFewerEvents(
	all: string[],
	droppable: string[],
	register: (events: string[]) => Promise<AttentiveWebhook>,
): Promise<AttentiveWebhook> {
	let refusal: ProviderFailure | undefined;
	for (const events of attemptsFor(all, droppable)) {
		const outcome = await orRefusal(register(events));
		if (!(outcome instanceof ProviderFailure)) return outcome;
		refusal ??= outcome;
	}
	throw (
		refusal ??
		new ProviderFailure({
			provider: 'attentive',
			kind: 'input',
			message: "'Trigger On' names no event of Attentive",
			remedy: 'Choose at least one event.',
		})
	);
}

function attemptsFor(all: string[], droppable: string[]): string[][] {
	const candidates = MAY_BE_REFUSED.filter((event) => droppable.includes(event));
	const omissions = [[], ...candidates.map((event) => [event]), ...(candidates.length > 1 ? [candidates] : [])];
	return omissions.map((omitted) => all.filter((event) => !omitted.includes(event))).filter((events) => events.length > 0);
}

async function orRefusal<Result>(work: Promise<Result>): Promise<Result | ProviderFailure> {
	return await work.then(
		(result) => result,
		async (problem: unknown) => (problem instanceof ProviderFailure && problem.details.kind === 'input' ? problem : await work),
	);
}

function isRequested(context: IHookFunctions): boolean {
	return context.getNodeParameter(REGISTER_PARAMETER, false) === true;
}

function eventsFor(context: IHookFunctions): string[] {
	return [...new Set(wantedKinds(context).flatMap((kind) => EVENTS_OF[kind] ?? []))];
}

async function allWebhooks(context: IHookFunctions): Promise<AttentiveWebhook[]> {
	return await (await sessionOf(context)).send(listWebhooks({ credential: credentialOf(context) }));
}

function announcedBy(webhooks: AttentiveWebhook[]): Set<string> {
	return new Set(webhooks.filter(isEnabled).flatMap(({ events }) => events));
}

async function sessionOf(context: IHookFunctions) {
	return await openSession(context, { provider: attentive, credentialType: credentialOf(context) });
}

function credentialOf(context: IHookFunctions): string {
	return attentiveCredentialOf(new ParameterReader((name) => context.getNodeParameter(name, '')));
}

function urlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

function isEnabled({ disabledAt }: AttentiveWebhook): boolean {
	return disabledAt === undefined || disabledAt === null || disabledAt === '';
}
