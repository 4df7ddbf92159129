import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** The floor for a trigger of a community package: n8n does more for each of its calls than for its own Webhook node. */
export class BenchTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Trigger',
		name: 'benchTrigger',
		group: ['trigger'],
		version: 2,
		description: 'Starts the workflow with whatever is posted',
		defaults: { name: 'Bench Trigger' },
		inputs: [],
		outputs: ['main'],
		webhooks: [{ name: 'default', httpMethod: 'POST', path: 'bench', responseMode: 'onReceived', responseData: '' }],
		properties: [],
	};

	webhookMethods = { default: { checkExists: async () => true, create: async () => true, delete: async () => true } };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return { webhookResponse: 'OK', workflowData: [[{ json: { body: String(this.getBodyData()) } }]] };
	}
}
