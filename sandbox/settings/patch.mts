/** Laying changes over settings, with a check of every name and type. */

import { SettingsError } from './settingsError.mts';

/** Some of the settings; lists are replaced as a whole. */
export type Patch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Patch<T[K]> } : T;

/** What the types of the settings alone do not say. Keys are paths such as 'skycore.campaigns'. */
export type PatchRules = {
	/** Settings that are lists by name: a new name is filled up from this, null removes one. */
	entryDefaults: Readonly<Record<string, object>>;
	/** The values of settings that take a few words only. */
	choices: Readonly<Record<string, readonly string[]>>;
	/** Checks a list, copies it, and throws {@link SettingsError} with the path in it. */
	checkList(list: readonly unknown[], path: string): unknown[];
};

type Bag = Record<string, unknown>;

function isBag(value: unknown): value is Bag {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param settings stay as they are
 * @param patch comes from outside
 * @returns new settings with the patch laid over them
 * @throws {SettingsError} on an unknown name, a wrong type or a wrong choice
 */
export function withPatch<T extends object>(settings: T, patch: unknown, rules: PatchRules): T {
	if (!isBag(patch)) throw new SettingsError('Settings must be an object');
	return merged(settings as Bag, patch, '', rules) as T;
}

function merged(base: Bag, patch: Bag, path: string, rules: PatchRules): Bag {
	const result: Bag = { ...base };
	const entryDefaults = rules.entryDefaults[path];
	for (const [key, value] of Object.entries(patch)) {
		if (value === undefined) continue;
		const here = path === '' ? key : `${path}.${key}`;
		if (key === '__proto__') throw new SettingsError(`There is no setting "${here}"`);
		if (entryDefaults === undefined) {
			if (!Object.hasOwn(base, key)) throw new SettingsError(`There is no setting "${here}"`);
			result[key] = checked(base[key], value, here, rules);
		} else if (value === null) {
			delete result[key];
		} else {
			const known = Object.hasOwn(result, key) ? result[key] : structuredClone(entryDefaults);
			if (!isBag(value) || !isBag(known)) throw new SettingsError(`Setting "${here}" must be an object`);
			result[key] = merged(known, value, `${path}.*`, rules);
		}
	}
	return result;
}

function checked(known: unknown, value: unknown, here: string, rules: PatchRules): unknown {
	if (Array.isArray(known)) {
		if (!Array.isArray(value)) throw new SettingsError(`Setting "${here}" must be a list`);
		return rules.checkList(value, here);
	}
	if (isBag(known)) {
		if (!isBag(value)) throw new SettingsError(`Setting "${here}" must be an object`);
		return merged(known, value, here, rules);
	}
	if (typeof value !== typeof known) throw new SettingsError(`Setting "${here}" must be a ${typeof known}`);
	const choices = rules.choices[here];
	if (choices !== undefined && !choices.includes(String(value))) {
		throw new SettingsError(`Setting "${here}" must be one of ${choices.join(', ')}`);
	}
	if (typeof value === 'number' && !Number.isFinite(value)) throw new SettingsError(`Setting "${here}" must be finite`);
	return value;
}
