import type { INodeProperties, IWebhookFunctions } from 'n8n-workflow';

import type { OwnWords } from '../../consent/keyword';
import { entryShownFor } from '../fields/form';
import { listedEntries } from './listedEntries';

/** Words that mean something to the person's own account, besides STOP and the others that are known. */
export const ownWordsField: INodeProperties = {
	displayName: 'Keywords',
	name: 'keywords',
	type: 'collection',
	placeholder: 'Add Keywords',
	default: {},
	options: [
		{
			displayName: 'Opt-In Words',
			name: 'optInWords',
			type: 'string',
			displayOptions: entryShownFor('vonage'),
			default: 'START, JOIN, UNSTOP',
			placeholder: 'e.g. START, JOIN',
			description:
				'Add this only if your account has Opt-Out Assist, where these words lift the block: the re-opt-in keywords you registered there, separated by commas. A text that is just such a word is then an opt-in. Without this field, it stays a message.',
		},
		{
			displayName: 'Opt-Out Words',
			name: 'optOutWords',
			type: 'string',
			default: '',
			placeholder: 'e.g. BAJA, NO MORE OFFERS',
			description:
				'Your own opt-out words, in addition to STOP and the other known ones, separated by commas. A text that is just such a word is an opt-out; a longer text with it is for review.',
		},
		{
			displayName: 'Words for Review',
			name: 'reviewWords',
			type: 'string',
			default: '',
			placeholder: 'e.g. complaint, no gracias',
			description: 'Words or phrases, separated by commas. A text with one of them gets needsReview, so that somebody reads it.',
		},
	],
};

/**
 * @param context of the running webhook
 * @returns the words that were entered; written as JSON or given by an expression, they need not be what the form makes
 */
export function ownWordsOf(context: Pick<IWebhookFunctions, 'getNodeParameter'>): OwnWords {
	const entered = context.getNodeParameter(ownWordsField.name, {}) as Record<string, unknown> | null;
	return {
		optIn: listedEntries(entered?.optInWords),
		optOut: listedEntries(entered?.optOutWords),
		review: listedEntries(entered?.reviewWords),
	};
}
