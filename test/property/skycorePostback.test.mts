import fc from 'fast-check';

import type { XmlElement } from '../../consent/call';
import { readSkycorePostback } from '../../providers/skycore/postback';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const name = fc.oneof(
	fc.constantFrom('ORIGIN', 'CODE', 'MOBILE', 'CAMPAIGNREF', 'TIMESTAMP', 'SOURCE', 'TEXT', 'FROM', 'BODY', '__proto__', 'constructor'),
	fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/),
);

const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
	element: fc.record({
		name,
		attributes: fc.dictionary(name, text, { maxKeys: 2 }),
		children: fc.oneof({ maxDepth: 3 }, fc.constant<XmlElement[]>([]), fc.array(tie('element'), { maxLength: 4 })),
		text,
	}),
}));

const leaf = (leafName: string, value: string): XmlElement => ({ name: leafName, attributes: {}, children: [], text: value });
const postback = (children: XmlElement[]): XmlElement => ({ name: 'POSTBACK', attributes: {}, children, text: '' });

test('an opt-out stays one, whatever stands beside it', () => {
	const beside = fc.array(
		element.filter(({ name: given }) => !['CODE', 'MOBILE', 'BODY'].includes(given.toUpperCase())),
		{ maxLength: 6 },
	);
	fc.assert(
		fc.property(beside, fc.nat(), (others, seed) => {
			const members = [...others];
			members.splice(seed % (others.length + 1), 0, leaf('CODE', 'N302'), leaf('MOBILE', '16502424956'));
			expect(readSkycorePostback(postback(members))).toMatchObject([{ action: 'opt-out', phone: '+16502424956' }]);
			expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		}),
		{ numRuns: 1000 },
	);
});

test('every notification gives one event, and any tree of names is survived', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.array(
					element.filter(({ name: given }) => given.toUpperCase() !== 'BODY'),
					{ minLength: 1, maxLength: 4 },
				),
				{ minLength: 1, maxLength: 5 },
			),
			(bundle) => {
				const wrapper: XmlElement = { name: 'ANY', attributes: {}, children: bundle.map(postback), text: '' };
				expect(readSkycorePostback(wrapper)).toHaveLength(bundle.length);
			},
		),
		{ numRuns: 1000 },
	);
});

const fields = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z]{1,8}$/), fc.stringMatching(/^[!-~]{1,12}$/)), {
	minLength: 1,
	maxLength: 8,
	selector: ([fieldName]) => fieldName,
});
const keyOf = (pairs: [string, string][]) =>
	readSkycorePostback(postback(pairs.map(([fieldName, value]) => leaf(fieldName, value))))[0]?.eventId;
const isPlain = (pairs: [string, string][]) => pairs.every(([fieldName]) => !['BODY', 'POSTBACK', 'NOTIFICATION'].includes(fieldName));

test('the same fields give the same key in any order; different fields another', () => {
	fc.assert(
		fc.property(fields.filter(isPlain), fields.filter(isPlain), fc.nat(), (one, other, turn) => {
			const turned = [...one.slice(turn % one.length), ...one.slice(0, turn % one.length)];
			expect(keyOf(turned)).toBe(keyOf(one));
			const same = JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
			expect(keyOf(one) === keyOf(other)).toBe(same);
		}),
		{ numRuns: 1000 },
	);
});
