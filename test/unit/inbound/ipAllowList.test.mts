import { isAddressAllowed, unreadableEntries } from '../../../transport/inbound/ipAllowList.ts';

describe('isAddressAllowed', () => {
	test.each([
		['203.0.113.7', '', true],
		[undefined, '', true],
		['203.0.113.7', ' \n', true],
		['203.0.113.7', ', ;', false],
		['203.0.113.9:4711', '203.0.113.9', true],
		['203.0.113.9:4711', '203.0.113.8', false],
		['[2001:db8::1]:443', '2001:db8::/32', true],
		['[2001:db8::1]', '2001:db8::1', true],
		['[2001:db9::1]:443', '2001:db8::/32', false],
		['[fe80::1%eth0]:443', 'fe80::/10', true],
		['[::ffff:203.0.113.9]:80', '203.0.113.9', true],
		['203.0.113.9', '203.0.113.9:4711', true],
		['203.0.113.9:99999x', '203.0.113.9', false],
		['203.0.113.9:', '203.0.113.9', false],
		['203.0.113.7', '203.0.113.7', true],
		['203.0.113.8', '203.0.113.7', false],
		['203.0.113.7', '198.51.100.0/24, 203.0.113.0/24', true],
		['203.0.114.7', '203.0.113.0/24', false],
		['203.0.113.127', '203.0.113.0/25', true],
		['203.0.113.128', '203.0.113.0/25', false],
		['203.0.113.128', '203.0.113.7/24', true],
		['8.8.8.8', '0.0.0.0/0', true],
		['2001:db8::1', '0.0.0.0/0', false],
		['8.8.8.8', '::/0', false],
		['::ffff:203.0.113.7', '203.0.113.0/24', true],
		['203.0.113.7', '::ffff:203.0.113.7', true],
		['203.0.113.7', '::ffff:203.0.113.0/120', true],
		['203.0.114.7', '::ffff:203.0.113.0/120', false],
		['::ffff:cb00:7107', '203.0.113.7', true],
		['203.0.113.7', '::/0', false],
		['2001:db8::1', '2001:db8::/32', true],
		['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
		['2001:db9::1', '2001:db8::/32', false],
		['fe80::1%eth0', 'fe80::/10', true],
		['64:ff9b::192.0.2.1', '64:ff9b::c000:201', true],
		['203.0.113.7', '203.0.113.7\n198.51.100.1', true],
		['198.51.100.1', '203.0.113.7;198.51.100.1', true],
		[undefined, '203.0.113.7', false],
		['', '203.0.113.7', false],
		['203.0.113.0/24', '203.0.113.0/24', false],
		['203.0.113.7', 'nonsense', false],
		['203.0.113.7', 'nonsense 203.0.113.7', true],
	])('%s with the list %j: %s', (address, list, allowed) => {
		expect(isAddressAllowed(address, list)).toBe(allowed);
	});

	test('names the entries that are no addresses', () => {
		const wrong = [
			'203.0.113',
			'203.0.113.256',
			'203.0.113.07',
			'1.2.3.4.5',
			'1.2.3.4/33',
			'1.2.3.4/',
			'1.2.3.4/8/8',
			'1.2.3.x',
			'example.com',
			':::',
			'1::2::3',
			'1:2:3',
			'12345::',
			'::/129',
			'1:2:3:4:5:6:7:8:9',
			'::1.2.3.400',
			'1:2:3:4:5:6:7:8::',
		];
		const right = [
			'203.0.113.7',
			'0.0.0.0/0',
			'::',
			'::1',
			'1::',
			'2001:db8::/32',
			'1:2:3:4:5:6:7:8',
			'::ffff:1.2.3.4',
			'1:2:3:4:5:6:1.2.3.4',
		];
		expect(unreadableEntries([...wrong, ...right].join(','))).toEqual(wrong);
	});
});

test.each([
	'255.255.255.255',
	'255.255.255.255/32',
	'0.0.0.0',
	'::/128',
	'1:2:3:4:5:6::8',
	'1::3:4:5:6:7:8',
	'::ffff:1.2.3.4/96',
	'FFFF::',
	'1:2:3:4:5:6:255.255.255.255',
])('%s can be read', (entry) => {
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
	for (const address of ['1.2.3.4', '1.2.3.100', '::ffff:1.2.3.4', '::1', '0.0.0.0', entry])
		expect(isAddressAllowed(address, entry)).toBe(false);
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
