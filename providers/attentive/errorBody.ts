import type { CallResponse } from '../../consent/call';
import { z } from '../../consent/schema';

/** What Attentive says in an error body. */
export interface ErrorBody {
	text?: string;
	/** Attentive's running number of this one response, by which their support finds it in the logs. It says nothing about the cause. */
	id?: string;
}

const optionalText = z.string().nullish().catch(null);
const id = z
	.union([z.string().min(1), z.number()])
	.transform(String)
	.nullish()
	.catch(null);

/** The shapes that Attentive documents or is known to send, all parts optional. */
const ERROR_BODY = z.object({
	error: z
		.union([z.object({ id, message: optionalText }), z.string()])
		.nullish()
		.catch(null),
	message: optionalText,
	errors: z
		.array(z.object({ message: z.string() }))
		.nullish()
		.catch(null),
});

/**
 * Finds the provider's own words, in the order in which its error bodies are worth trusting: `error.message`, `error`, `message`,
 * `errors[].message`, the bare text.
 *
 * @param response of Attentive
 * @returns its words and the id of the response, as far as there are any
 */
export function readErrorBody(response: CallResponse): ErrorBody {
	const body = ERROR_BODY.safeParse(response.json);
	if (!body.success) return withText(response.text);
	const { error, message, errors } = body.data;
	const said = [typeof error === 'string' ? error : error?.message, message, errors?.map((each) => each.message).join('; ')];
	return {
		...withText(said.find((words) => words?.trim()) ?? response.text),
		...(typeof error === 'object' && error?.id ? { id: error.id } : {}),
	};
}

/** What is searched for a meaning; Attentive says less. */
const LONGEST_SEARCHED = 1_000;

/**
 * @param response of Attentive
 * @returns its words, to be searched for what they mean; empty when there are none
 */
export function searchedWords(response: CallResponse): string {
	return (readErrorBody(response).text ?? '').slice(0, LONGEST_SEARCHED);
}

function withText(text: string): ErrorBody {
	const words = text.trim();
	return words === '' ? {} : { text: words };
}
