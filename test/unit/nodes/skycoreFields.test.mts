import { InputProblem } from '../../../consent/failure.ts';
import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';
import { enteredSkycoreSubscription } from '../../../nodes/fields/skycore.ts';
import { skycore as subscribeForm } from '../../../nodes/SmsSubscribe/fields/skycore.ts';
import { skycore as unsubscribeForm } from '../../../nodes/SmsUnsubscribe/fields/skycore.ts';
import { problemOf } from '../thrown.mts';

const SAMPLE = { campaignReference: '1116', phone: '+16502426055' };
const CORRECT_IT = 'Correct the field for this item and run it again.';

function entered(values: Record<string, unknown>): ParameterReader {
	return new ParameterReader((name) => ({ ...SAMPLE, ...values })[name]);
}

function additional(additionalFields: Record<string, unknown>): ParameterReader {
	return entered({ additionalFields });
}

function pairs(...pair: { name: string; value: unknown }[]): Record<string, unknown> {
	return { profileData: { pair } };
}

test('the number is sent in E.164, and what was not entered is left out', () => {
	expect(enteredSkycoreSubscription(entered({ phone: '16502426055' }))).toEqual({
		transport: 'xml',
		campaignRef: '1116',
		phone: '+16502426055',
		includeRaw: false,
	});
	expect(enteredSkycoreSubscription(entered({ campaignReference: 5 })).campaignRef).toBe('5');
});

test('everything that Skycore knows is taken', () => {
	const fields = {
		sendAs: 'get',
		subscriberReference: ' ACCT-123232 ',
		carrierId: 1470,
		timeZone: { mode: 'list', value: 'ChST' },
		notify: 'no',
		doubleOptIn: 'yes',
		...pairs({ name: 'First Name', value: 'Ada' }),
		profileDataJson: { AGE: 29, PET: '', VIP: true },
	};
	expect(enteredSkycoreSubscription(additional(fields))).toEqual({
		transport: 'get',
		campaignRef: '1116',
		phone: '+16502426055',
		includeRaw: false,
		subscriberRef: 'ACCT-123232',
		carrierId: '0001470',
		timeZone: 'ChST',
		notify: 'no',
		doubleOptIn: 'yes',
		data: { 'First Name': 'Ada', AGE: '29', VIP: 'true' },
	});
});

test.each(['0001470', ' 0001470 ', 1470, '1470', '001470', '1470.0', '0001470.00'])('the carrier ID %p keeps its zeros', (carrierId) => {
	expect(enteredSkycoreSubscription(additional({ carrierId })).carrierId).toBe('0001470');
});

test('line ends and tabs can be sent', () => {
	expect(enteredSkycoreSubscription(additional(pairs({ name: 'NOTE', value: 'a\tb\r\nc' }))).data).toEqual({ NOTE: 'a\tb\r\nc' });
});

const carrierId = (entry: string): string =>
	`'Carrier ID' is "${entry}", but it has to be a whole number of 7 digits at most, e.g. 0001470`;
const timeZone = (entry: string): string =>
	`'Time Zone' is "${entry}", but it has to be an abbreviation such as EST, CST, MST or PST; Skycore does not know names such as America/New_York`;
const profileCharacter = (shown: string): string => `'Profile Data' holds an invisible control character that cannot be sent: "${shown}"`;

test.each<[message: string, parameters: ParameterReader]>([
	[
		'\'Campaign Reference\' holds an invisible control character that cannot be sent: "a\\u0000b"',
		entered({ campaignReference: 'a\u0000b' }),
	],
	[
		'\'Subscriber Reference\' holds an invisible control character that cannot be sent: "a\\u0007b"',
		additional({ subscriberReference: 'a\u0007b' }),
	],
	['\'Carrier ID\' holds an invisible control character that cannot be sent: "000147\\u0000"', additional({ carrierId: '000147\u0000' })],
	['\'Time Zone\' holds an invisible control character that cannot be sent: "ES\\u0000T"', additional({ timeZone: 'ES\u0000T' })],
	[carrierId('1470.5'), additional({ carrierId: '1470.5' })],
	[carrierId('-1470'), additional({ carrierId: -1470 })],
	[carrierId('AT&T'), additional({ carrierId: 'AT&T' })],
	[carrierId('12345678'), additional({ carrierId: 12345678 })],
	[timeZone('America/New_York'), additional({ timeZone: 'America/New_York' })],
	[timeZone('-05:00'), additional({ timeZone: { mode: 'abbreviation', value: '-05:00' } })],
	[profileCharacter('bell\\u0007'), additional(pairs({ name: 'NOTE', value: 'bell\u0007' }))],
	[profileCharacter('\\ud800'), additional(pairs({ name: 'NOTE', value: '\ud800' }))],
	[profileCharacter('bell\\u0007'), additional({ profileDataJson: { NOTE: 'bell\u0007' } })],
])('%s', (message, parameters) => {
	expect(() => enteredSkycoreSubscription(parameters)).toThrow(
		expect.objectContaining({ name: 'InputProblem', message, remedy: CORRECT_IT }),
	);
});

test.each<[field: string, parameters: ParameterReader]>([
	['Campaign Reference', entered({ campaignReference: '  ' })],
	['Phone Number', entered({ phone: undefined })],
	['Confirmation Text (Older)', additional({ notify: 'maybe' })],
	['Double Opt-In (Older)', additional({ doubleOptIn: true })],
	['Send As', additional({ sendAs: 'soap' })],
])('a wrong %s is refused', (field, parameters) => {
	const act = () => enteredSkycoreSubscription(parameters);
	expect(act).toThrow(InputProblem);
	expect(act).toThrow(`'${field}'`);
});

test.each(['1st', 'XML_ID', 'a<b', 'Größe'])('the profile cannot have a field named %s', (name) => {
	for (const fields of [pairs({ name, value: 'x' }), { profileDataJson: { [name]: 'x' } }]) {
		expect(() => enteredSkycoreSubscription(additional(fields))).toThrow(
			expect.objectContaining({
				name: 'InputProblem',
				message: `'Profile Data' has a field named "${name}", which Skycore cannot take`,
				remedy: 'Use a name of English letters, digits and underscores that begins with a letter (but not with XML), e.g. FIRST_NAME.',
			}),
		);
	}
});

test('two profile fields that are one to Skycore are refused, unless one of them is empty', () => {
	const both = (value: string) => additional({ profileDataJson: { 'First Name': 'x', first_name: value } });
	expect(() => enteredSkycoreSubscription(both('y'))).toThrow(
		expect.objectContaining({
			name: 'InputProblem',
			message: '\'Profile Data\' has the field "FIRST_NAME" twice',
			remedy: 'Keep one of them; upper and lower case, blanks and underscores make no difference to Skycore.',
		}),
	);
	expect(() => enteredSkycoreSubscription(both(' '))).not.toThrow();
});

test.each(['', ' '])('nobody is unsubscribed from the campaign %p', (campaignReference) => {
	expect(() => unsubscribeForm.prepare(entered({ campaignReference }))).toThrow("'Campaign Reference' is empty");
});

test('the campaign that somebody is unsubscribed from can be sent', () => {
	expect(() => unsubscribeForm.prepare(entered({ campaignReference: 'a\u0000b' }))).toThrow(
		"'Campaign Reference' holds an invisible control character that cannot be sent: ",
	);
	expect(() => unsubscribeForm.prepare(additional({ notify: 'maybe' }))).toThrow("'Confirmation by Text'");
});

describe('the campaign ID, for accounts without campaign references', () => {
	const byId = (campaignId: unknown) => entered({ phone: '+16502426055', campaignReference: '', additionalFields: { campaignId } });

	test.each([1116, '1116', ' 1116 '])('%j goes out in place of the reference', (campaignId) => {
		expect(enteredSkycoreSubscription(byId(campaignId))).toMatchObject({ campaignId: '1116' });
		expect(enteredSkycoreSubscription(byId(campaignId))).not.toHaveProperty('campaignRef');
		for (const form of [subscribeForm, unsubscribeForm]) {
			expect(form.prepare(byId(campaignId)).target).toMatchObject({ campaign: '1116' });
		}
	});

	test.each(['spring', '11.5', -1, 0])('%j is none', (campaignId) => {
		expect(() => enteredSkycoreSubscription(byId(campaignId))).toThrow("'Campaign ID' should be a whole number");
	});

	test('without it the reference is needed', () => {
		expect(() => enteredSkycoreSubscription(byId(''))).toThrow("'Campaign Reference' is empty");
	});
});

describe('time zones', () => {
	const zone = (timeZone: unknown) => enteredSkycoreSubscription(additional({ timeZone })).timeZone;
	const chosen = (value: string, mode = 'list') => ({ __rl: true, mode, value });

	test.each([
		['CT', 'CST', 'China'],
		['ct', 'CST', 'China'],
		['ET', 'EST', 'is not in Skycore'],
		['MT', 'MST', 'is not in Skycore'],
		['PT', 'PST', 'is not in Skycore'],
	])('%s is asked about: Americans mean %s', (text, meant, meaning) => {
		for (const entry of [text, chosen(text, 'abbreviation')]) {
			const problem = problemOf(() => zone(entry));
			expect(problem.message).toContain(meaning);
			expect(problem.remedy).toContain(`Write ${meant}`);
		}
	});

	test('China time can be chosen from the list', () => {
		expect(zone(chosen('CT'))).toBe('CT');
	});

	test.each([[['EST']], [[]]])('a list %j says what is wrong', (entry) => {
		expect(() => zone(entry)).toThrow("'Time Zone' should be text, but is a list");
	});
});

test.each(['null', 'undefined', '[object Object]'])('%j is no campaign, and no evidence', (value) => {
	expect(() => enteredSkycoreSubscription(entered({ campaignReference: value }))).toThrow(`'Campaign Reference' is "${value}"`);
	for (const name of ['evidenceSource', 'evidenceText', 'evidencePage']) {
		const parameters = additional({ consentEvidence: { evidence: { [name]: value } } });
		expect(() => subscribeForm.prepare(parameters)).toThrow('which stands for a missing value');
	}
});

test('a subscriber reference or a profile value that stands for a missing value is refused', () => {
	expect(() => enteredSkycoreSubscription(additional({ subscriberReference: 'NULL' }))).toThrow(`'Subscriber Reference' is "NULL"`);
	for (const value of ['null', 'undefined', '[object Object]', '[object Promise]', 'NaN']) {
		for (const fields of [pairs({ name: 'PET', value }), { profileDataJson: { PET: value } }]) {
			expect(() => enteredSkycoreSubscription(additional(fields))).toThrow(`'Profile Data > PET' is "${value}"`);
		}
	}
	expect(enteredSkycoreSubscription(additional(pairs({ name: 'LAST_NAME', value: 'Null' }))).data).toEqual({ LAST_NAME: 'Null' });
});
