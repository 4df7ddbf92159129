import type {
	ICredentialTestFunction,
	IHookFunctions,
	INodeCredentialDescription,
	INodeProperties,
	INodePropertyOptions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { EventFacts } from '../../consent/event';
import type { ProviderName } from '../../consent/providerName';
import type { PostbackRequest } from '../../transport/inbound/rawBody';
import { PROVIDER_PARAMETER } from '../fields/form';

/** One way by which a sender proves that a postback comes from it. */
export interface SenderProof {
	/** The choice in 'Verify Sender By'. */
	option: INodePropertyOptions & { value: string };
	/** Type of the credential that holds the secret. */
	credentialType: string;
	/** The editor's test of that credential; absent where the credential type tests itself. */
	credentialTest?: NamedCredentialTest;
}

export interface NamedCredentialTest {
	/** By which the node's description refers to it, in `testedBy`. */
	name: string;
	test: ICredentialTestFunction;
}

/** The field 'Verify Sender By' of one provider. */
export interface Verification {
	/** Name of the node parameter. */
	parameter: string;
	/** The default first; 'None' comes on top of them. */
	proofs: readonly [SenderProof, ...SenderProof[]];
	description: string;
	/** Where at the provider the URL of the trigger goes. */
	setUp: string;
}

/** How the trigger makes a provider send its events, where the provider has an API for that. */
export interface Registration {
	/** What the calls to the provider authenticate with, each with the choices for which it is asked. */
	credentials: readonly INodeCredentialDescription[];
	exists(context: IHookFunctions): Promise<boolean>;
	create(context: IHookFunctions): Promise<void>;
	remove(context: IHookFunctions): Promise<void>;
}

/** Everything that the trigger knows about one provider that sends postbacks. */
export interface PostbackSender {
	provider: ProviderName;
	/** Under the provider's name in 'Provider'. */
	description: string;
	/** HTTP methods that the provider uses. */
	methods: ReadonlyArray<'GET' | 'POST'>;
	verification: Verification;
	/** Fields below 'Verify Sender By', shown while the provider is chosen. */
	properties: INodeProperties[];
	/**
	 * Judges who sent the request, and only then reads what it says.
	 *
	 * @throws {PostbackRejected} with the status for the sender
	 * @throws {InputProblem} when the provider's reader cannot use the content
	 */
	receive(context: IWebhookFunctions, request: PostbackRequest): Promise<EventFacts[]>;
	registration?: Registration;
}

/**
 * @param context of the running webhook or of the activation
 * @param senders that the node offers
 * @returns what is chosen in 'Provider'; undefined when it is none of them
 */
export function chosenSender(
	context: { getNodeParameter(name: string): unknown },
	senders: readonly PostbackSender[],
): PostbackSender | undefined {
	const chosen = context.getNodeParameter(PROVIDER_PARAMETER);
	return senders.find(({ provider }) => provider === chosen);
}
