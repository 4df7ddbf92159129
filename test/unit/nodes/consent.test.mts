import { InputProblem, ProviderFailure } from '../../../consent/failure.ts';
import type { ResultFacts } from '../../../consent/result.ts';
import { attentiveSubscriptionTarget } from '../../../nodes/fields/attentiveSubscription.ts';
import { enteredEvidence, refuseEvidenceFromModel } from '../../../nodes/fields/evidence.ts';
import { requireFreshConsent } from '../../../nodes/fields/freshConsent.ts';
import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';
import { onePerPerson } from '../../../nodes/SmsQueryOptOuts/onePerPerson.ts';
import { isWanted } from '../../../nodes/SmsQueryOptOuts/optOutFilter.ts';
import { afterLookUp, type LookedUp } from '../../../nodes/SmsSubscribe/afterLookUp.ts';

function entered(values: Record<string, unknown>): ParameterReader {
	return new ParameterReader((name) => values[name]);
}

describe('the statement that a person asked to come back', () => {
	test.each([[true], ['true'], ['TRUE'], ['True'], [' true ']])('%p counts', (freshConsent) => {
		expect(() => requireFreshConsent(entered({ freshConsent }))).not.toThrow();
	});

	test.each([[undefined], [false], ['false'], [''], ['yes'], ['TRUE!'], [1], ['1'], [{}], [[true]], [null], ['={{ true }}']])(
		'%p does not',
		(freshConsent) => {
			expect(() => requireFreshConsent(entered({ freshConsent }))).toThrow(InputProblem);
		},
	);
});

describe('the evidence of a consent', () => {
	const evidenceOf = (evidence: object) => enteredEvidence(entered({ additionalFields: { consentEvidence: { evidence } } }));

	test('travels as entered, the time in ISO 8601', () => {
		expect(
			evidenceOf({
				evidenceSource: ' Web form ',
				evidenceTime: '2026-03-01T10:00:00+01:00',
				evidenceText: '',
				evidencePage: 'https://example.com',
			}),
		).toEqual({
			evidenceSource: 'Web form',
			evidenceTime: '2026-03-01T09:00:00Z',
			evidencePage: 'https://example.com',
		});
		expect(enteredEvidence(entered({}))).toEqual({});
	});

	test('with a time that cannot be read is refused', () => {
		expect(() => evidenceOf({ evidenceTime: 'last week' })).toThrow(InputProblem);
	});

	test.each([
		[{ evidenceText: "={{ $fromAI('words', `What the person said`) }}" }],
		[{ evidenceSource: "={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Source', ``, 'string') }}" }],
		[{ evidenceTime: "={{ $fromAi('time') }}" }],
		[{ evidencePage: "=https://example.com/{{ $fromai('page') }}" }],
	])('is refused where an AI model would write it: %j', (evidence) => {
		expect(() => refuseEvidenceFromModel({ additionalFields: { consentEvidence: { evidence } } })).toThrow(
			/'Consent Evidence' would be filled in by the AI model/,
		);
		expect(() => refuseEvidenceFromModel({ additionalFields: { consentEvidence: `={{ ${JSON.stringify(evidence)} }}` } })).toThrow(
			InputProblem,
		);
		expect(() => refuseEvidenceFromModel({ additionalFields: `={{ ${JSON.stringify({ consentEvidence: { evidence } })} }}` })).toThrow(
			InputProblem,
		);
	});

	test('may come from a column, a node, or nowhere', () => {
		for (const consentEvidence of [
			undefined,
			{},
			{ evidence: { evidenceText: '={{ $json.words }}', evidenceSource: 'Chat with $from AI' } },
		]) {
			expect(() => refuseEvidenceFromModel({ additionalFields: consentEvidence === undefined ? {} : { consentEvidence } })).not.toThrow();
		}
	});
});

describe('what is sent after a look-up at Attentive', () => {
	const input = { credential: 'smsConsentAttentiveApi', phone: '+19148440001', email: 'a@example.com', signUpSourceId: '241654' };
	const row = (channel: string, eligible: boolean, type = 'MARKETING') => ({ known: true, rows: [{ type, channel, eligible }] });
	const unknown = { known: false, rows: [] };
	const decide = (found: Partial<LookedUp>) =>
		afterLookUp({
			input,
			target: attentiveSubscriptionTarget(input, 'MARKETING'),
			type: 'MARKETING',
			text: undefined,
			mail: undefined,
			...found,
		});

	test('somebody unknown is subscribed with everything given', () => {
		expect(decide({ text: unknown, mail: unknown })).toEqual({ send: input });
	});

	test('a subscription of another type does not count', () => {
		expect(decide({ text: row('TEXT', true, 'TRANSACTIONAL') })).toEqual({ send: input });
	});

	test('somebody subscribed gets no text again', () => {
		const decision = decide({ text: row('TEXT', true), mail: row('EMAIL', true) });
		expect(decision).toMatchObject({
			send: undefined,
			result: { outcome: 'already_subscribed', phone: '+19148440001', campaign: 'MARKETING TEXT', wasSent: false },
		});
	});

	test('where only the email address is new, the number is left out', () => {
		expect(decide({ text: row('TEXT', true), mail: unknown })).toEqual({ send: { ...input, phone: undefined } });
	});

	test('where only the number is new, both are sent', () => {
		expect(decide({ text: unknown, mail: row('EMAIL', true) })).toEqual({ send: input });
	});

	test.each([
		['text', { text: row('TEXT', false), mail: unknown }],
		['email', { text: unknown, mail: row('EMAIL', false) }],
		['one of two rows', { text: { known: true, rows: [...row('TEXT', true).rows, ...row('TEXT', false).rows] } }],
	])('nobody who is not eligible (%s) is signed up', (_, found) => {
		expect(() => decide(found)).toThrow(ProviderFailure);
		expect(() => decide(found)).toThrow(expect.objectContaining({ details: expect.objectContaining({ kind: 'not-eligible' }) }));
	});
});

const record: ResultFacts = {
	provider: 'vonage',
	action: 'query',
	outcome: 'opted_out',
	phone: '+15558937009',
	campaign: null,
	providerState: null,
	optedOutAt: '2014-07-18T16:20:20Z',
};

const NOW_MS = Date.parse('2014-07-25T16:20:20Z');

describe('filters of the opt-out list', () => {
	const back: ResultFacts = { ...record, outcome: 'subscribed' };

	test.each([
		['optedOut', true, false],
		['broughtBack', false, true],
		['any', true, true],
	] as const)('state %s', (state, out, returned) => {
		expect([isWanted(record, { state }, NOW_MS), isWanted(back, { state }, NOW_MS)]).toEqual([out, returned]);
	});

	test('both ends of the dates count', () => {
		const at = '2014-07-18T16:20:20Z';
		expect(isWanted(record, { state: 'any', since: at, until: at }, NOW_MS)).toBe(true);
		expect(isWanted(record, { state: 'any', since: '2014-07-18T16:20:21Z' }, NOW_MS)).toBe(false);
		expect(isWanted(record, { state: 'any', until: '2014-07-18T16:20:19Z' }, NOW_MS)).toBe(false);
		expect(isWanted(record, { state: 'any', since: '2014-07-18T18:20:20+02:00' }, NOW_MS)).toBe(true);
	});

	test('the last days are counted back from now, to the second, and other dates hold besides', () => {
		expect(isWanted(record, { state: 'any', lastDays: 7 }, NOW_MS)).toBe(true);
		expect(isWanted(record, { state: 'any', lastDays: 7 }, NOW_MS + 1000)).toBe(false);
		expect(isWanted(record, { state: 'any', lastDays: 7, until: '2014-07-18T16:20:19Z' }, NOW_MS)).toBe(false);
	});

	test.each([[null], [undefined]])('an opt-out with the date %p is never left out', (optedOutAt) => {
		expect(isWanted({ ...record, optedOutAt }, { state: 'optedOut', since: '2030-01-01T00:00:00Z' }, NOW_MS)).toBe(true);
		expect(isWanted({ ...record, optedOutAt }, { state: 'optedOut', lastDays: 1 }, NOW_MS)).toBe(true);
	});
});

describe('one item per person', () => {
	const subscription = (outcome: ResultFacts['outcome'], campaign: string | null): ResultFacts => ({
		...record,
		provider: 'attentive',
		outcome,
		campaign,
	});

	test('a single opt-out decides', () => {
		expect(onePerPerson([subscription('subscribed', 'MARKETING TEXT'), subscription('opted_out', 'TRANSACTIONAL TEXT')])).toMatchObject({
			outcome: 'opted_out',
			campaign: 'TRANSACTIONAL TEXT',
		});
	});

	test.each([
		['opted_out', 'not_eligible'],
		['not_eligible', 'not_subscribed'],
		['not_subscribed', 'subscribed'],
	] as const)('%s decides before %s', (stricter, other) => {
		expect(onePerPerson([subscription(other, 'A'), subscription(stricter, 'B')])).toMatchObject({ outcome: stricter, campaign: 'B' });
	});

	test('all that agree are named', () => {
		expect(onePerPerson([subscription('subscribed', 'MARKETING TEXT'), subscription('subscribed', 'TRANSACTIONAL TEXT')])).toMatchObject({
			outcome: 'subscribed',
			campaign: 'MARKETING TEXT, TRANSACTIONAL TEXT',
		});
	});

	test('somebody unknown stays so', () => {
		expect(onePerPerson([subscription('not_subscribed', null)])).toMatchObject({ outcome: 'not_subscribed', campaign: null });
	});
});
