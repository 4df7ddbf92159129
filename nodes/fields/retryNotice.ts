import type { INodeProperties } from 'n8n-workflow';

const FOR_A_LIST =
	"For a list, set 'On Error' there to 'Continue (using error output)': then one bad number stops nobody else, and every result is kept.";

function noticeOf(displayName: string): INodeProperties {
	return { displayName: `${displayName} ${FOR_A_LIST}`, name: 'retryNotice', type: 'notice', default: '' };
}

/** n8n's own retry repeats every item of the node, the successful ones included. Its default for errors ends a list at the first. */
export const retryNotice = noticeOf(
	"Leave 'Retry On Fail' off in this node's Settings, or it sends nothing: n8n would send the whole list again, and people could be texted twice. The node itself repeats what can safely be repeated.",
);

/** An opt-out is never held back, whoever repeats it. */
export const retryNoticeForOptOuts = noticeOf(
	"Leave 'Retry On Fail' off in this node's Settings: the node itself repeats an opt-out until it is certain. While it is on, nobody gets a text that confirms the opt-out.",
);
