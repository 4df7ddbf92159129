import fc from 'fast-check';

import { addressKey, type Ask, askKey, asksOf } from '../../../consent/samePerson.ts';

const PHONE = '+16502426055';
const EMAIL = 'ada@example.com';
const text = (address: string, purpose = '1116'): Ask => ({ channel: 'sms', address, purpose });
const mail = (address: string, purpose = '1116'): Ask => ({ channel: 'email', address, purpose });

test.each([
	['a phone number', { phone: PHONE }, [text(PHONE)]],
	['an email address', { email: EMAIL }, [mail(EMAIL)]],
	['both', { phone: PHONE, email: EMAIL }, [text(PHONE), mail(EMAIL)]],
	['fields that hold nothing', { phone: undefined, email: undefined }, []],
])('an item with %s asks for something at each of them', (_what, person, asks) => {
	expect(asksOf(person, '1116')).toEqual(asks);
});

test.each(['ada@example.com', ' ADA@EXAMPLE.COM ', 'Ada@Example.com.', 'ａda@example.com'])('%j is the same address', (written) => {
	expect(addressKey(mail(written))).toBe(addressKey(mail(EMAIL)));
	expect(askKey(mail(written))).toBe(askKey(mail(EMAIL)));
});

test.each([
	['another phone number', text('+16502426056')],
	['another way', mail(PHONE)],
	['a list', { channel: 'list', address: PHONE, purpose: '1116' } as Ask],
])('%s is another person', (_what, ask) => {
	expect(addressKey(ask)).not.toBe(addressKey(text(PHONE)));
});

test.each(['ada+shop@example.com', 'ad.a@example.com', 'ada@example.org'])('%s is another address', (written) => {
	expect(addressKey(mail(written))).not.toBe(addressKey(mail(EMAIL)));
});

test('another campaign is the same person, who is asked for something else', () => {
	expect(addressKey(text(PHONE, '1117'))).toBe(addressKey(text(PHONE)));
	expect(askKey(text(PHONE, '1117'))).not.toBe(askKey(text(PHONE)));
});

test('no two different requests share a key', () => {
	const word = fc.stringMatching(/^\S*$/);
	fc.assert(
		fc.property(word, word, word, word, (address, purpose, otherAddress, otherPurpose) => {
			const same = address === otherAddress && purpose === otherPurpose;
			expect(askKey(text(address, purpose)) === askKey(text(otherAddress, otherPurpose))).toBe(same);
		}),
	);
});
