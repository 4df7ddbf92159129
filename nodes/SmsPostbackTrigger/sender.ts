import type {
	ICredentialTestFunction,
	IHookFunctions,
	INodeProperties,
	INodePropertyOptions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { EventFacts } from '../../consent/event';
import type { PostbackRequest } from '../../transport/receive';

/** How the trigger makes a provider send its events, where the provider has an API for that. */
export interface Registration {
	exists(context: IHookFunctions): Promise<boolean>;
	create(context: IHookFunctions): Promise<void>;
	remove(context: IHookFunctions): Promise<void>;
}

/** Everything that the trigger knows about one provider that sends postbacks. */
export interface PostbackSender {
	/** The choice in 'Provider'; its value is the provider's name. */
	option: INodePropertyOptions;
	/** HTTP methods that the provider uses. */
	methods: ReadonlyArray<'GET' | 'POST'>;
	/** Fields shown while the provider is chosen. */
	properties: INodeProperties[];
	credentialTests?: Record<string, ICredentialTestFunction>;
	/**
	 * Judges who sent the request, and only then reads what it says.
	 *
	 * @throws {PostbackRejected} with the status for the sender
	 * @throws {InputProblem} when the provider's reader cannot use the content
	 */
	receive(context: IWebhookFunctions, request: PostbackRequest): Promise<EventFacts[]>;
	registration?: Registration;
}
