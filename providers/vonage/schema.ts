import { z } from '../../consent/schema';

/** Vonage writes numbers and truth values as text; real ones are taken too. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim());

/** Anything but a clear word counts as absent, so that the caller can decide in favour of the person. */
const truth = text
	.transform((word) => (/^(true|1)$/i.test(word) ? true : /^(false|0)$/i.test(word) ? false : undefined))
	.optional()
	.catch(undefined);

const optionalText = text.optional().catch(undefined);

/** One number of the opt-out list. https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription */
export const OPT_IN_ROW = z.object({
	msisdn: optionalText,
	'opt-in': truth,
	'opt-in-date': optionalText,
	'opt-out': truth,
	'opt-out-date': optionalText,
});

export type OptInRow = z.output<typeof OPT_IN_ROW>;

/** What `query/json` answers; a list of one may come without its brackets. */
export const OPT_IN_LIST = z.object({
	'opt-in-count': text.optional(),
	'opt-in-list': z
		.union([z.array(z.unknown()), z.record(z.unknown()).transform((row) => [row])])
		.nullish(),
});

const message = z.object({ status: optionalText, 'error-text': optionalText });

/** The bodies with which Vonage says no, all parts optional; its formats differ from product to product. */
export const COMPLAINT = z.object({
	messages: z
		.union([z.array(message), message.transform((only) => [only])])
		.optional()
		.catch(undefined),
	'error-code': optionalText,
	'error-code-label': optionalText,
	title: optionalText,
	detail: optionalText,
	error_title: optionalText,
	description: optionalText,
});
