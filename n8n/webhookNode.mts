import type { WorkflowNodeJson } from './client.mts';

/**
 * n8n's own trigger for requests from outside, by POST.
 *
 * @param path of its production URL
 */
export function webhookNode(path: string): WorkflowNodeJson {
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 0],
		webhookId: path,
		parameters: { httpMethod: 'POST', path },
	};
}
