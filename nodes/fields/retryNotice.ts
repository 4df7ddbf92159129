import type { INodeProperties } from 'n8n-workflow';

/** n8n's own retry repeats every item of the node, the successful ones included. */
export const retryNotice: INodeProperties = {
	displayName:
		"Leave 'Retry On Fail' off in this node's settings, or it sends nothing: n8n would send the whole list again, and people could get the same text twice. The node itself repeats a call where that is safe.",
	name: 'retryNotice',
	type: 'notice',
	default: '',
};
