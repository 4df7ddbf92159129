/** A row of the opt-out list, as it is kept and as the two forms of answer show it. */

import type { JsonObject } from '../wire/json.mts';
import { xmlText } from '../wire/xml.mts';

export type OptOutRow = {
	msisdn: string;
	optIn: boolean;
	/** 'YYYY-MM-DD HH:MM:SS', UTC; '' when there is none. */
	optInAt: string;
	optOutAt: string;
};

/** The rows of the documentation's two samples; two have 12 digits, one has an opt-in date. */
export const SAMPLE_ROWS: readonly OptOutRow[] = [
	{ msisdn: '15558937009', optIn: false, optInAt: '', optOutAt: '2014-06-27 18:31:33' },
	{ msisdn: '15554908975', optIn: false, optInAt: '', optOutAt: '2014-07-18 16:20:20' },
	{ msisdn: '15559912501', optIn: false, optInAt: '2014-07-18 15:28:23', optOutAt: '2014-08-18 23:17:40' },
	{ msisdn: '121326336101', optIn: false, optInAt: '', optOutAt: '2014-07-22 12:41:48' },
	{ msisdn: '121326336102', optIn: false, optInAt: '', optOutAt: '2014-07-22 13:00:04' },
	{ msisdn: '12132633680', optIn: false, optInAt: '', optOutAt: '2014-07-22 11:02:50' },
];

/** Names and order of the samples; every value a string. */
function rowPairs({ msisdn, optIn, optInAt, optOutAt }: OptOutRow): Array<[string, string]> {
	return [
		['msisdn', msisdn],
		['opt-in', String(optIn)],
		...(optInAt === '' ? [] : [['opt-in-date', optInAt] as [string, string]]),
		['opt-out', String(!optIn)],
		...(optOutAt === '' ? [] : [['opt-out-date', optOutAt] as [string, string]]),
	];
}

/** The row in the JSON form; every value a string. */
export function jsonRow(row: OptOutRow): JsonObject {
	return Object.fromEntries(rowPairs(row));
}

/** The row in the XML form: an element with attributes, one a line. */
export function xmlRow(row: OptOutRow): string {
	return `<opt-in\n${rowPairs(row)
		.map(([name, value]) => `${name}="${xmlText(value)}"\n`)
		.join('')}/>`;
}
