import type { INodeProperties } from 'n8n-workflow';

/** Of the box in a narrow form. */
const CHARACTERS_PER_ROW = 50;

/**
 * What an AI agent is told about the node when it is one of its tools; in the panel of nodes, one line is enough for people. n8n makes such a
 * field of its own where there is none, but fills it with that one line.
 *
 * @param text what the node does, what that means for the person, and when to use it
 */
export function toolDescriptionField(text: string): INodeProperties {
	return {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: Math.ceil(text.length / CHARACTERS_PER_ROW) + 1 },
		required: true,
		default: text,
		description: 'What the AI agent is told about this tool. Add what is special about your campaign, and when not to use it.',
		displayOptions: { show: { '@tool': [true] } },
	};
}
