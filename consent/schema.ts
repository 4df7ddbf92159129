import { z } from 'zod';

export { z };

/**
 * Turns zod's findings into one sentence that names the field and what was found there.
 *
 * @param error what a schema's `safeParse` gave
 * @returns e.g. `'campaignId' should be a number, but is text`
 */
export function sentenceOf(error: z.ZodError): string {
	const [issue] = error.issues;
	if (issue === undefined) return 'The value has another shape than expected.';
	const where = issue.path.length > 0 ? `'${issue.path.join('.')}': ` : '';
	return `${where}${issue.message}`;
}
