import { isAddressAllowed, unreadableEntries } from '../../../transport/allowList.ts';

test.each(['255.255.255.255', '255.255.255.255/32', '0.0.0.0', '::/128', '1:2:3:4:5:6::8', '1::3:4:5:6:7:8', '::ffff:1.2.3.4/96', 'FFFF::', '1:2:3:4:5:6:255.255.255.255'])('%s can be read', (entry) => {
	expect(unreadableEntries(entry)).toEqual([]);
	expect(isAddressAllowed(entry.replace(/\/.*/, ''), entry)).toBe(true);
});

test.each([
	'1:2:3:4::5:6:7:8',
	'1.2.3.1e2',
	'1.2.3.-1',
	'1.2.3.+1',
	'1.2.3.4/0x8',
	'1.2.3.4/8.0',
	'1.2.3.4/-8',
	'1.2.3.4/33',
	'1.2.3.4/032x',
	'::/1e2',
	'::ffff:1.2.3.4x',
	'::ffff:1.2.3.4.5',
	'x::ffff:1.2.3.4',
	'1.2.3.0004',
	'/8',
	'/',
])('%s cannot, and lets nobody in', (entry) => {
	expect(unreadableEntries(entry)).not.toEqual([]);
	for (const address of ['1.2.3.4', '1.2.3.100', '::ffff:1.2.3.4', '::1', '0.0.0.0', entry]) expect(isAddressAllowed(address, entry)).toBe(false);
});

test('an IPv4 address inside IPv6 counts as IPv4 only in the form that systems use for it', () => {
	expect(isAddressAllowed('::ffff:1.2.3.4', '1.2.3.4')).toBe(true);
	expect(isAddressAllowed('::FFFF:1.2.3.4', '1.2.3.0/24')).toBe(true);
	expect(isAddressAllowed('1::ffff:1.2.3.4', '1.2.3.4')).toBe(false);
	expect(isAddressAllowed('1::ffff:1.2.3.4', '1::/16')).toBe(true);
});

test('every bit of a range counts', () => {
	for (let length = 0; length <= 32; length += 1) {
		const outside = length === 0 ? [] : [(0xcb007107 ^ (1 << (32 - length))) >>> 0];
		const inside = length === 32 ? [0xcb007107] : [0xcb007107, (0xcb007107 ^ (1 << (31 - length))) >>> 0];
		const written = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
		for (const value of inside) expect([length, isAddressAllowed(written(value), `203.0.113.7/${length}`)]).toEqual([length, true]);
		for (const value of outside) expect([length, isAddressAllowed(written(value), `203.0.113.7/${length}`)]).toEqual([length, false]);
	}
});
