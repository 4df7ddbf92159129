import type { INodeProperties } from 'n8n-workflow';

/** n8n's own retry repeats every item of the node, the successful ones included. Its default for errors ends a list at the first. */
export const retryNotice: INodeProperties = {
	displayName:
		"Leave 'Retry On Fail' off in this node's Settings, or it sends nothing: n8n would send the whole list again, and people could be texted twice. The node itself repeats what can safely be repeated. For a list, set 'On Error' there to 'Continue (using error output)': then one bad number stops nobody else.",
	name: 'retryNotice',
	type: 'notice',
	default: '',
};
