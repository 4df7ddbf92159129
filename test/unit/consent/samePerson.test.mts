import fc from 'fast-check';

import { sameRequestKey } from '../../../consent/samePerson.ts';

const PHONE = '+16502426055';
const EMAIL = 'ada@example.com';

test.each([
	['a phone', { phone: PHONE }, ['1116']],
	['an e-mail address', { email: EMAIL }, ['1116']],
	['both', { phone: PHONE, email: EMAIL }, ['1116']],
	['another phone', { phone: '+16502426056' }, ['1116']],
	['another campaign', { phone: PHONE }, ['1117']],
	['nothing but the person', { phone: PHONE }, []],
	['a list', {}, [{ page: 1 }, 50]],
	['another list', {}, [{ page: 1 }, 51]],
])('%s is the same as itself alone', (name, person, asksFor) => {
	const all = [
		[{ phone: PHONE }, ['1116']],
		[{ email: EMAIL }, ['1116']],
		[{ phone: PHONE, email: EMAIL }, ['1116']],
		[{ phone: '+16502426056' }, ['1116']],
		[{ phone: PHONE }, ['1117']],
		[{ phone: PHONE }, []],
		[{}, [{ page: 1 }, 50]],
		[{}, [{ page: 1 }, 51]],
	] as const;
	const key = sameRequestKey(person, asksFor);
	expect([name, all.filter(([other, what]) => sameRequestKey(other, what) === key).length]).toEqual([name, 1]);
});

test('a field that is not given is as one that is undefined', () => {
	expect(sameRequestKey({ phone: PHONE, email: undefined }, [])).toBe(sameRequestKey({ phone: PHONE }, []));
});

test('no two different requests share a key', () => {
	const text = fc.string();
	fc.assert(
		fc.property(text, text, text, text, (phone, email, one, other) => {
			const same = phone === one && email === other;
			expect(sameRequestKey({ phone, email }, []) === sameRequestKey({ phone: one, email: other }, [])).toBe(same);
			expect(sameRequestKey({ phone }, [email]) === sameRequestKey({ phone: one }, [other])).toBe(same);
		}),
	);
});
