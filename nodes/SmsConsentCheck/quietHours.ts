import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import {
	readTimeOfDay,
	readTimeZone,
	type RecipientHours,
	recipientHoursIn,
	type TextingHours,
	timeZonesOfPhone,
} from '../../consent/quietHours';
import { shownValue } from '../../consent/shownValue';
import type { ParameterReader } from '../fields/parameterReader';

const GROUP = 'hours';
/** By default the hours of the US rule on phone calls: 47 CFR 64.1200(c)(1). */
const DEFAULT_FROM = '08:00';
const DEFAULT_UNTIL = '21:00';

const textsFromField: INodeProperties = {
	displayName: 'Texts From',
	name: 'textsFrom',
	type: 'string',
	default: DEFAULT_FROM,
	placeholder: 'e.g. 08:00',
	description: 'The time of day, where the contact is, when texts may start',
};

const textsUntilField: INodeProperties = {
	displayName: 'Texts Until',
	name: 'textsUntil',
	type: 'string',
	default: DEFAULT_UNTIL,
	placeholder: 'e.g. 21:00',
	description: 'The time of day, where the contact is, when quiet hours begin',
};

const contactTimeZoneField: INodeProperties = {
	displayName: 'Time Zone of the Contact',
	name: 'contactTimeZone',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.timezone }}',
	description:
		'If your list has a time zone such as America/Chicago, drag its column here. Otherwise the phone number tells where it was given out.',
};

/** Tells of each contact what time it is there. */
export const quietHoursField: INodeProperties = {
	displayName: 'Quiet Hours',
	name: 'quietHours',
	type: 'fixedCollection',
	placeholder: 'Set Hours',
	default: {},
	description:
		'Adds recipientTime, quietHours and textAgainFrom to each contact. A number says where it was given out, but people move with their numbers, and some states have narrower hours: this is a courtesy, not legal cover.',
	options: [{ displayName: 'Hours', name: GROUP, values: [textsFromField, textsUntilField, contactTimeZoneField] }],
	displayOptions: { show: { '/operation': ['check'], '/checkBy': ['text'] } },
};

function enteredTime(field: INodeProperties, parameters: ParameterReader | undefined, usual: string): number {
	const text = parameters?.text(field) ?? usual;
	const minute = readTimeOfDay(text);
	if (minute !== undefined) return minute;
	throw new InputProblem(`'${field.displayName}' is ${shownValue(text)}, which is not a time of day`, 'Write it as 08:00, 8 am or 21:30.');
}

function enteredHours(parameters: ParameterReader | undefined): TextingHours {
	const fromMinute = enteredTime(textsFromField, parameters, DEFAULT_FROM);
	const untilMinute = enteredTime(textsUntilField, parameters, DEFAULT_UNTIL);
	if (fromMinute < untilMinute) return { fromMinute, untilMinute };
	throw new InputProblem(
		`'${textsUntilField.displayName}' has to be later in the day than '${textsFromField.displayName}'`,
		'Enter between which times of the day people may be texted, such as 08:00 and 21:00.',
	);
}

/** Answers for all contacts of a run at the same moment. */
export class QuietHours {
	/** How many contacts named a time zone that nobody knows; their numbers decided. */
	unknownTimeZones = 0;
	private readonly answers = new Map<string, RecipientHours>();

	/**
	 * @param nowMs Unix milliseconds
	 */
	constructor(private readonly nowMs: number) {}

	/**
	 * @param options of the node, for one contact
	 * @param phone E.164
	 * @returns undefined when nobody asked for it
	 * @throws {InputProblem} when the hours cannot be read
	 */
	columnsFor(options: ParameterReader, phone: string): RecipientHours | undefined {
		if (options.any(quietHoursField) === undefined) return undefined;
		const [entered] = options.rows(quietHoursField, GROUP);
		const hours = enteredHours(entered);
		const zones = this.zonesOf(entered?.text(contactTimeZoneField), phone);
		const key = `${hours.fromMinute} ${hours.untilMinute} ${zones.join(' ')}`;
		const answer = this.answers.get(key) ?? recipientHoursIn(zones, this.nowMs, hours);
		this.answers.set(key, answer);
		return answer;
	}

	private zonesOf(written: string | undefined, phone: string): readonly string[] {
		if (written === undefined) return timeZonesOfPhone(phone);
		const zone = readTimeZone(written);
		if (zone !== undefined) return [zone];
		this.unknownTimeZones += 1;
		return timeZonesOfPhone(phone);
	}
}
