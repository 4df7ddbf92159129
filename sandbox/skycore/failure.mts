/** Skycore's errors: HTTP 200 with a code and its text. */

import type { Answer } from '../wire/answer.mts';
import type { Json } from '../wire/json.mts';
import { xmlElements } from '../wire/xml.mts';
import type { SkycoreSettings } from './settings.mts';

/** The texts behind the codes, with the blanks of the published samples. */
const ERRORS: Readonly<Record<string, string>> = {
	E100: ' Invalid request. Make a valid request via GET/POST/XML with all the required variables. ',
	E101: " 'action' required",
	E102: " 'user' or 'api_key' required",
	E103: " 'pass' required",
	E104: 'User Authentication Failed.',
	E105: 'This account has no API rights.',
	E107: 'This account has no rights to use this action.',
	E109: 'API not activated.',
	E110: ' Invalid receiver number ',
	E112: 'IP was not whitelisted. API call rejected.',
	E113: 'Set throughput exceeded for this API action. API call rejected.',
	E114: 'Phone number is blacklisted. API call rejected.',
	E120: 'Account has reached the API request limit.',
	E405: 'No MMS campaigns found',
	E503: 'Internal error.',
	E718: "The 'campaignref' is required",
	E721: 'Invalid campaignref',
	E901: "The 'mobile' number is required",
	E902: "The 'campaignid' is required",
	E903: ' Invalid CAMPAIGNID ',
	E904: 'Could not subscribe this number',
	E905: 'Could not unsubscribe this number',
	E911: "The 'email' is required",
	E912: "Invalid 'campaignid'",
	E913: 'Could not subscribe this email',
	E914: 'Could not unsubscribe this email',
	E915: 'Email opted out before',
};

/** Ends a call with one of Skycore's codes. */
export class Failure extends Error {
	readonly code: string;
	readonly info: string;

	constructor(code: string, info = ERRORS[code] ?? 'Error') {
		super(info);
		this.code = code;
		this.info = info;
	}
}

/**
 * @param code 'E113' ...
 * @param info the published text when not given
 */
export function failureAnswer(code: string, info: string | undefined, { e106Seconds }: SkycoreSettings): Answer {
	// The waiting time of E106 stands in the text only.
	const text = code === 'E106' ? `You can call API every ${e106Seconds} seconds.` : (ERRORS[code] ?? 'Error');
	const body = xmlElements([
		['STATUS', 'Failure'],
		['ERRORCODE', code],
		['ERRORINFO', info ?? text],
	]);
	return responseAnswer(body, { outcome: code, acted: false, parsed: null });
}

/** `content` inside `<RESPONSE>`: the form of every answer, good or bad. */
export function responseAnswer(content: string, log: { outcome: string; acted: boolean; parsed: Json }): Answer {
	return { status: 200, contentType: 'text/xml', body: `<RESPONSE>${content}</RESPONSE>`, ...log };
}
