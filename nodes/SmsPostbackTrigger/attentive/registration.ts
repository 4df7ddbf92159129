import type { IHookFunctions } from 'n8n-workflow';

import { ProviderFailure } from '../../../consent/failure';
import { attentive } from '../../../providers/attentive/provider';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook, type AttentiveWebhook } from '../../../providers/attentive/webhooks';
import { openSession } from '../../../transport/outbound/session';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import { whileChosen } from '../../fields/form';
import { ParameterReader } from '../../fields/parameterReader';
import { rememberMissingEvents } from '../missingEvents';
import type { Registration } from '../sender';

/** Name of the field 'Register Webhook Automatically'. */
export const REGISTER_PARAMETER = 'registerWebhook';

/** What the trigger created at Attentive; kept from activation to deactivation. */
interface OwnWebhook {
	webhookId?: string;
	registeredEvents?: string[];
}

/** Attentive's API reference does not list these, its dashboard does: refusing one must not cost the others. */
const MAY_BE_REFUSED = ['sms.inbound_message', 'sms.unsubscribed'];

const EVENTS_OF: Record<string, readonly string[]> = {
	'opt-in': ['sms.subscribed', 'email.subscribed'],
	'opt-out': ['sms.unsubscribed', 'email.unsubscribed', 'sms.inbound_message'],
	message: ['sms.inbound_message'],
};

/**
 * Attentive's webhook, created on activation and deleted on deactivation when the person asked for that. Webhooks are recognized
 * by this trigger's URL. Events that somebody ticked by hand are never taken away, since they may be the opt-outs.
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
		const announced = new Set((await ownWebhooks(context)).filter(isEnabled).flatMap(({ events }) => events));
		const complete = eventsFor(context).every((event) => announced.has(event));
		if (complete) rememberMissingEvents(context, []);
		return complete;
	},

	async create(context): Promise<void> {
		if (!isRequested(context)) return;
		const wanted = eventsFor(context);
		const [present] = await ownWebhooks(context);
		const registered = present === undefined ? await created(context, wanted) : await completed(context, present, wanted);
		const missing = wanted.filter((event) => !registered.events.includes(event));
		rememberMissingEvents(context, missing);
		if (missing.length > 0) {
			context.logger.warn(
				`Attentive did not let n8n register ${missing.join(', ')}. Tick it by hand under Webhooks > Events of your app, or such events do not arrive.`,
			);
		}
	},

	async remove(context): Promise<void> {
		const own: OwnWebhook = context.getWorkflowStaticData('node');
		const { webhookId: id, registeredEvents = [] } = own;
		if (!isRequested(context) || id === undefined) return;
		const webhook = (await ownWebhooks(context)).find((candidate) => candidate.id === id);
		if (webhook?.events.every((event) => registeredEvents.includes(event))) {
			await (await sessionOf(context)).send(deleteWebhook({ credential: credentialOf(context), id }));
			delete own.webhookId;
			delete own.registeredEvents;
		} else if (webhook !== undefined) {
			context.logger.info(
				'The webhook at Attentive was left in place, because events were ticked there by hand. It is used again at the next activation.',
			);
		}
	},
};

async function created(context: IHookFunctions, wanted: string[]): Promise<AttentiveWebhook> {
	const session = await sessionOf(context);
	const credential = credentialOf(context);
	const url = urlOf(context);
	const webhook = await withFewerEvents(wanted, wanted, async (events) => await session.send(createWebhook({ credential, url, events })));
	const own: OwnWebhook = context.getWorkflowStaticData('node');
	own.webhookId = webhook.id;
	own.registeredEvents = webhook.events;
	return webhook;
}

async function completed(context: IHookFunctions, present: AttentiveWebhook, wanted: string[]): Promise<AttentiveWebhook> {
	const session = await sessionOf(context);
	const credential = credentialOf(context);
	const { id, url } = present;
	const all = [...new Set([...present.events, ...wanted])];
	const droppable = wanted.filter((event) => !present.events.includes(event));
	return await withFewerEvents(
		all,
		droppable,
		async (events) => await session.send(updateWebhook({ credential, id, url, events, disabled: false })),
	);
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
	const triggerOn = context.getNodeParameter('triggerOn') as string[];
	return [...new Set(triggerOn.flatMap((kind) => EVENTS_OF[kind] ?? []))];
}

async function ownWebhooks(context: IHookFunctions): Promise<AttentiveWebhook[]> {
	const url = urlOf(context);
	const webhooks = await (await sessionOf(context)).send(listWebhooks({ credential: credentialOf(context) }));
	return webhooks.filter((webhook) => webhook.url === url);
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
