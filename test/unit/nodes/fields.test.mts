import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure.ts';
import { deliveryOptionsOf, includesRawAnswer, optionsFieldFor } from '../../../nodes/fields/delivery.ts';
import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';
import { requiredPhone } from '../../../nodes/fields/phone.ts';
import { enteredTimeZone, searchTimeZones } from '../../../nodes/fields/skycoreTimeZone.ts';
import { TIME_ZONES } from '../../../providers/skycore/timezones.ts';
import { DEFAULT_CONCURRENCY, DEFAULT_RETRY_BUDGET_MS, DEFAULT_TIMEOUT_MS } from '../../../transport/outbound/session.ts';

function entered(values: Record<string, unknown>): ParameterReader {
	return new ParameterReader((name) => values[name]);
}

describe('phone number', () => {
	test('is read with the default country', () => {
		expect(requiredPhone(entered({ phone: '(650) 242-6055', defaultCountry: 'US' }))).toBe('+16502426055');
		expect(requiredPhone(entered({ phone: 16502426055, defaultCountry: '' }))).toBe('+16502426055');
	});

	test('is required', () => {
		expect(() => requiredPhone(entered({ phone: ' ', defaultCountry: 'US' }))).toThrow("'Phone Number' is empty");
	});
});

describe('time zone', () => {
	const search = async (filter?: string) => (await searchTimeZones.call({} as ILoadOptionsFunctions, filter)).results;

	test('the list holds every abbreviation once, the United States first', async () => {
		const values = (await search()).map(({ value }) => value);
		expect(values.slice(0, 4)).toEqual(['EST', 'CST', 'MST', 'PST']);
		expect([...values].sort()).toEqual([...new Set(TIME_ZONES.map(({ code }) => code))].sort());
	});

	test('ambiguous abbreviations name all their regions and offsets, the one looked for first', async () => {
		const [central] = (await search('cst')).map(({ name }) => name);
		expect(central).toMatch(/^CST \(5 regions\): Central Standard Time \(North America\), UTC-06 \/ .*China.*UTC\+08.*Australia.*Cuba/);
		const [cuba] = (await search('cuba standard')).map(({ name }) => name);
		expect(cuba).toMatch(/^CST \(5 regions\): Cuba Standard Time, UTC-05 \/ /);
	});

	test('the search finds abbreviations, names and offsets', async () => {
		expect((await search('chst')).map(({ value }) => value)).toEqual(['ChST']);
		expect((await search('alaska')).map(({ value }) => value)).toEqual(['AKST', 'AKDT']);
		expect(await search('nowhere')).toEqual([]);
	});

	test.each([
		[{ mode: 'list', value: 'EST' }, 'EST'],
		[{ mode: 'abbreviation', value: ' XYZ ' }, 'XYZ'],
		['EST', 'EST'],
		[{ mode: 'list', value: '' }, undefined],
		['', undefined],
	])('%p is read as %p', (timeZone, code) => {
		expect(enteredTimeZone(entered({ timeZone }))).toBe(code);
	});
});

describe('options', () => {
	test('are left to the transport unless entered', () => {
		expect(deliveryOptionsOf(entered({}))).toEqual({ sendDuplicatesOnce: true, allowRetry: false });
		expect(includesRawAnswer(entered({}))).toBe(false);
	});

	test('are converted to milliseconds', () => {
		const options = {
			callsPerSecond: 0,
			concurrentCalls: 2,
			includeRawAnswer: true,
			maximumWaitingTime: 0,
			sendDuplicatesOnce: false,
			timeout: '1.5',
		};
		expect(deliveryOptionsOf(entered({ options }))).toEqual({
			callsPerSecond: 0,
			concurrency: 2,
			retryBudgetMs: 0,
			sendDuplicatesOnce: false,
			allowRetry: false,
			timeoutMs: 1500,
		});
		expect(includesRawAnswer(entered({ options }))).toBe(true);
	});

	test.each([
		['timeout', 0],
		['concurrentCalls', 1.5],
		['callsPerSecond', -1],
		['sendDuplicatesOnce', 'perhaps'],
	])('%s cannot be %p', (name, value) => {
		expect(() => deliveryOptionsOf(entered({ options: { [name]: value } }))).toThrow(InputProblem);
	});

	test("show the transport's own defaults", () => {
		const defaults = Object.fromEntries(
			(optionsFieldFor('subscribe').options ?? []).map((option) => [option.name, 'default' in option ? option.default : undefined]),
		);
		expect(defaults).toMatchObject({
			concurrentCalls: DEFAULT_CONCURRENCY,
			maximumWaitingTime: DEFAULT_RETRY_BUDGET_MS / 1000,
			timeout: DEFAULT_TIMEOUT_MS / 1000,
		});
	});
});
