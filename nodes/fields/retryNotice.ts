import type { INodeProperties } from 'n8n-workflow';

/** n8n's own retry repeats every item of the node, the successful ones included. */
export const retryNotice: INodeProperties = {
	displayName:
		"Leave 'Retry On Fail' off in this node's Settings, or it sends nothing: n8n would send the whole list again, and people could be texted twice. The node itself repeats what can safely be repeated.",
	name: 'retryNotice',
	type: 'notice',
	default: '',
};
