import fc from 'fast-check';

import { classifyText } from '../../consent/keyword';

/** The words of 47 CFR 64.1200(a)(11). */
const REVOCATIONS = ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'];

const padding = fc.string({ unit: fc.constantFrom(...' \t\n.,!?"\u00a0\u200b\u201c\u201d()*_~\u{1F6D1}'), maxLength: 6 });
const cased = (word: string) =>
	fc.infiniteStream(fc.boolean()).map((upper) => [...word].map((letter) => (upper.next().value ? letter.toUpperCase() : letter)).join(''));

test('a revocation is one in any case and between any punctuation', () => {
	fc.assert(
		fc.property(fc.constantFrom(...REVOCATIONS).chain(cased), padding, padding, (word, before, behind) => {
			expect(classifyText(before + word + behind)).toMatchObject({ meaning: 'opt-out', needsReview: false });
		}),
		{ numRuns: 3000 },
	);
});

test('a revocation inside a sentence is at least looked at', () => {
	const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 6 });
	fc.assert(
		fc.property(fc.constantFrom(...REVOCATIONS), words, words, (word, before, behind) => {
			const { meaning, needsReview } = classifyText([...before, word, ...behind].join(' '));
			expect(meaning === 'opt-out' || needsReview).toBe(true);
		}),
		{ numRuns: 3000 },
	);
});

test('any text gets one answer, which does not change', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
			const classification = classifyText(text);
			expect(classifyText(text)).toEqual(classification);
			expect(['opt-out', 'opt-in', 'help', 'none']).toContain(classification.meaning);
			if (classification.meaning !== 'none') expect(classification.keyword).not.toBeNull();
		}),
		{ numRuns: 2000 },
	);
});
