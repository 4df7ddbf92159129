/** What a stand-in answers to a request, and what the log says about it. */

import type { Json } from './json.mts';

export type Answer = {
	/** HTTP status. */
	status: number;
	/** '' leaves the header out. */
	contentType: string;
	headers?: Record<string, string>;
	body: string;
	/** For people: 'Success', 'E721', '409 Conflict: this number has opted out' ... */
	outcome: string;
	/** Whether the provider changed something because of the request. */
	acted: boolean;
	/** What the provider understood: fields of the XML, form or JSON. */
	parsed: Json;
};

/**
 * An answer with a JSON body.
 *
 * @param status HTTP status
 * @param value the body
 * @param log what the log says about it; a request changes nothing unless `acted` says so
 */
export function jsonAnswer(
	status: number,
	value: Json,
	log: { outcome: string; acted?: boolean; parsed?: Json; headers?: Record<string, string> },
): Answer {
	return {
		status,
		contentType: 'application/json',
		...(log.headers === undefined ? {} : { headers: log.headers }),
		body: JSON.stringify(value),
		outcome: log.outcome,
		acted: log.acted ?? false,
		parsed: log.parsed ?? null,
	};
}

/** The page of a web server that has nothing at this path. */
export function unknownPathAnswer(): Answer {
	return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>', outcome: '404 path', acted: false, parsed: null };
}
