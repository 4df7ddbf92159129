import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { isRecord } from '../../consent/record';
import { shownValue } from '../../consent/shownValue';
import { type Field, type ParameterReader, requireValue } from './parameterReader';

const PAIR_GROUP = 'pair';
const pairName: Field = { displayName: 'Name', name: 'name' };
const pairValue: Field = { displayName: 'Value', name: 'value' };

/**
 * A list of name/value pairs.
 *
 * @param about the field's name, label and explanation
 * @param example a name that people know from the provider's documentation
 */
export function pairsField(
	about: { name: string; displayName: string; description: string },
	example: { name: string; value: string },
): INodeProperties {
	return {
		...about,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Pair',
		default: {},
		options: [
			{
				displayName: 'Pair',
				name: PAIR_GROUP,
				values: [
					{ ...pairName, type: 'string', default: '', placeholder: `e.g. ${example.name}` },
					{ ...pairValue, type: 'string', default: '', placeholder: `e.g. ${example.value}` },
				],
			},
		],
	};
}

/**
 * The same information as one JSON object.
 *
 * @param about the field's name, label and explanation
 * @param example a JSON object
 */
export function jsonField(about: { name: string; displayName: string; description: string }, example: string): INodeProperties {
	return { ...about, type: 'json', default: '', placeholder: `e.g. ${example}` };
}

/**
 * @param parameters where the pairs were entered
 * @param field made by `pairsField`
 * @returns name and value of each pair, in order
 * @throws {InputProblem} when a pair has a value but no name
 */
export function enteredPairs(parameters: ParameterReader, field: Field): Array<{ name: string; value: string }> {
	return parameters.rows(field, PAIR_GROUP).flatMap((row, index) => {
		const place = `${field.displayName} > Pair ${index + 1}`;
		const name = row.text({ ...pairName, displayName: `${place} > ${pairName.displayName}` });
		const value = row.text({ ...pairValue, displayName: `${place} > ${pairValue.displayName}` });
		if (name !== undefined) return value === undefined ? [] : [{ name, value }];
		if (value === undefined) return [];
		throw new InputProblem(
			`'${field.displayName}': pair ${index + 1} has the value ${shownValue(value)} but no name`,
			'Enter the name of the pair, or remove the pair.',
		);
	});
}

function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/**
 * @param parameters where the JSON was entered
 * @param field made by `jsonField`
 * @returns the object; undefined when nothing was entered
 * @throws {InputProblem} when the entry is not a JSON object
 */
export function enteredJson(parameters: ParameterReader, field: Field): Record<string, unknown> | undefined {
	const entered = parameters.any(field);
	if (entered === undefined) return undefined;
	const value = typeof entered === 'string' ? parsedJson(entered) : entered;
	if (isRecord(value)) return value;
	throw new InputProblem(
		`'${field.displayName}' is ${shownValue(entered)}, which is not a JSON object`,
		'Write names and values between curly brackets, with straight double quotes, such as { "first_name": "John" }.',
	);
}

/**
 * @param parameters where both were entered
 * @param pairs made by `pairsField`; wins where both give the same name
 * @param json made by `jsonField`
 * @returns both together; undefined when neither was entered
 * @throws {InputProblem} see `enteredPairs` and `enteredJson`; when a value is what programs leave in place of a missing one
 */
export function enteredPairsAndJson(parameters: ParameterReader, pairs: Field, json: Field): Record<string, unknown> | undefined {
	const all = new Map(Object.entries(enteredJson(parameters, json) ?? {}));
	for (const { name, value } of enteredPairs(parameters, pairs)) all.set(name, value);
	for (const [name, value] of all) {
		if (typeof value === 'string') requireValue({ ...pairs, displayName: `${pairs.displayName} > ${name}` }, value);
	}
	return all.size === 0 ? undefined : Object.fromEntries(all);
}

/**
 * @param values what `enteredPairsAndJson` gave
 * @param field named when a value cannot be written as text
 * @returns the same names with texts; names with an empty value are left out
 * @throws {InputProblem} when a value is a list or an object
 */
export function asTexts(values: Record<string, unknown>, field: Field): Record<string, string> {
	const texts = Object.entries(values).flatMap(([name, value]): Array<[string, string]> => {
		if (value === null || value === undefined || value === '') return [];
		if (typeof value !== 'object') return [[name, String(value)]];
		throw new InputProblem(
			`'${field.displayName}': '${name}' is not a single value but ${shownValue(value)}`,
			`Give '${name}' a text, a number or true/false; lists and objects cannot be sent to this provider.`,
		);
	});
	return Object.fromEntries(texts);
}
