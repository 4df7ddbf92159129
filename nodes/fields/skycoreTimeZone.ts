import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { isRecord } from '../../consent/record';
import { shownValue } from '../../consent/shownValue';
import { TIME_ZONES } from '../../providers/skycore/timezones';
import { type ParameterReader, requireForm, requireSendable } from './parameterReader';

/** Skycore's customers are mostly in the United States, so these come first, also among the meanings of their abbreviations. */
const FIRST_NAMES = [
	'Eastern Standard Time (North America)',
	'Central Standard Time (North America)',
	'Mountain Standard Time (North America)',
	'Pacific Standard Time (North America)',
	'Alaska Standard Time',
	'Hawaii Standard Time',
	'Atlantic Standard Time',
];

const ABBREVIATION_FORM = /^[A-Za-z][A-Za-z0-9]{0,7}$/;

function meaningsByCode(): Map<string, string[]> {
	const first = FIRST_NAMES.flatMap((name) => TIME_ZONES.filter((zone) => zone.name === name));
	const rest = TIME_ZONES.filter((zone) => !first.includes(zone));
	const meanings = new Map<string, string[]>();
	for (const { code, name, offset } of [...first, ...rest]) {
		meanings.set(code, [...(meanings.get(code) ?? []), `${name}, ${offset}`]);
	}
	return meanings;
}

const MEANINGS = meaningsByCode();

/** The subscriber's time zone, from Skycore's list or as text. */
export const timeZoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timeZone',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description:
		"The subscriber's time zone, for scheduled messages. Skycore applies the region's current offset, so standard and daylight time make no difference. Where one abbreviation stands for several regions, Skycore does not say which it takes.",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchTimeZones', searchable: true, skipCredentialsCheckInRLC: true },
		},
		{ displayName: 'By Abbreviation', name: 'abbreviation', type: 'string', placeholder: 'e.g. EST' },
	],
};

/** The editor cuts long lines off, so the meaning that was looked for stands first. */
function choiceOf(code: string, wanted: string, meanings: string[]): INodeListSearchItems {
	const isWanted = (meaning: string) => wanted !== '' && meaning.toLowerCase().includes(wanted);
	const sorted = [...meanings.filter(isWanted), ...meanings.filter((meaning) => !isWanted(meaning))];
	const regions = meanings.length > 1 ? ` (${meanings.length} regions)` : '';
	return { name: `${code}${regions}: ${sorted.join(' / ')}`, value: code };
}

/**
 * The list behind 'Time Zone'. Needs no call: the abbreviations are part of Skycore's documentation.
 *
 * @param filter what was typed; found in abbreviations, names and offsets
 */
export async function searchTimeZones(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	const wanted = (filter ?? '').trim().toLowerCase();
	const choices = [...MEANINGS].map(([code, meanings]) => choiceOf(code, wanted, meanings));
	return { results: choices.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}

/** What Americans call their zones, with the abbreviation that Skycore's list has for each. */
const AMERICAN_NAMES = new Map([
	['ET', 'EST'],
	['CT', 'CST'],
	['MT', 'MST'],
	['PT', 'PST'],
	['AKT', 'AKST'],
	['HT', 'HST'],
]);

function requireUnmistakable(text: string): void {
	const code = text.toUpperCase();
	const meant = AMERICAN_NAMES.get(code);
	if (meant === undefined) return;
	const meanings = MEANINGS.get(code);
	throw new InputProblem(
		`'${timeZoneField.displayName}' is ${shownValue(text)}, which ${meanings === undefined ? "is not in Skycore's list" : `means ${meanings.join(' or ')} in Skycore's list`}`,
		`Write ${meant} for the time zone of the United States.${meanings === undefined ? '' : ` If you mean the other one, choose ${code} from the list of the field.`}`,
	);
}

/**
 * @param parameters the collection that holds the field
 * @returns the abbreviation, chosen or typed; an expression may also fill the whole field with a plain text
 * @throws {InputProblem} when an expression gave neither text nor a choice, or no abbreviation
 */
export function enteredTimeZone(parameters: ParameterReader): string | undefined {
	const entered = parameters.any(timeZoneField);
	const choice = isRecord(entered) ? parameters.group(timeZoneField) : undefined;
	const text = choice === undefined ? parameters.text(timeZoneField) : choice.text({ ...timeZoneField, name: 'value' });
	const isFromList = choice?.any({ ...timeZoneField, name: 'mode' }) === 'list';
	if (text !== undefined && !isFromList) requireUnmistakable(text);
	return requireForm(
		timeZoneField,
		requireSendable(timeZoneField, text),
		ABBREVIATION_FORM,
		'has to be an abbreviation such as EST, CST, MST or PST; Skycore does not know names such as America/New_York',
	);
}
