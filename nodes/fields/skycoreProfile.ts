import { InputProblem } from '../../consent/failure';
import { isProfileName, profileName } from '../../providers/skycore/profileName';
import { asTexts, enteredPairsAndJson, jsonField, pairsField } from './pairs';
import { type ParameterReader, requireSendable } from './parameterReader';

/** What is known about the person, pair by pair. */
export const profileDataField = pairsField(
	{
		name: 'profileData',
		displayName: 'Profile Data',
		description: "Fields of the subscriber's profile, such as FIRST_NAME",
	},
	{ name: 'FIRST_NAME', value: 'John' },
);

/** The same as one object. */
export const profileDataJsonField = jsonField(
	{
		name: 'profileDataJson',
		displayName: 'Profile Data (JSON)',
		description: "Fields of the subscriber's profile as one JSON object. Where 'Profile Data' gives the same name, that one is sent.",
	},
	'{ "FIRST_NAME": "John", "PET": "Dog" }',
);

function requireDistinctNames(entered: string[]): void {
	const names = new Set<string>();
	for (const typed of entered) {
		const name = profileName(typed);
		if (!isProfileName(name)) {
			throw new InputProblem(
				`'${profileDataField.displayName}' has a field named "${typed}", which Skycore cannot take`,
				'Use a name of English letters, digits and underscores that begins with a letter (but not with XML), e.g. FIRST_NAME.',
			);
		}
		if (names.has(name)) {
			throw new InputProblem(
				`'${profileDataField.displayName}' has the field "${name}" twice`,
				'Keep one of them; upper and lower case, blanks and underscores make no difference to Skycore.',
			);
		}
		names.add(name);
	}
}

/**
 * @param fields the collection that holds both fields
 * @returns values by name, under the names that were entered; undefined when neither field was filled in
 * @throws {InputProblem} when a value is no text that can be sent, a name cannot be one at Skycore, or two names would become the same
 */
export function enteredProfile(fields: ParameterReader): Record<string, string> | undefined {
	const entered = enteredPairsAndJson(fields, profileDataField, profileDataJsonField);
	if (entered === undefined) return undefined;
	const profile = asTexts(entered, profileDataField);
	for (const value of Object.values(profile)) requireSendable(profileDataField, value);
	requireDistinctNames(Object.keys(profile).filter((name) => profile[name]?.trim() !== ''));
	return profile;
}
