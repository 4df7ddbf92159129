interface AddressRange {
	version: 4 | 6;
	network: bigint;
	/** How many bits of the address may differ. */
	freeBits: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;
/** An IPv4 address written as IPv6: `::ffff:192.0.2.1`. */
const MAPPED_V4 = { start: 0xffffn, bits: 96 } as const;

/**
 * @param list addresses and CIDR ranges, IPv4 and IPv6, separated by commas, semicolons or white space
 * @returns the entries that are neither; empty when the list can be used
 */
export function unreadableEntries(list: string): string[] {
	return entriesOf(list).filter((entry) => rangeOf(entry) === undefined);
}

/**
 * @param address of the sender, perhaps with its port; undefined when unknown
 * @param list as for {@link unreadableEntries}; an entry that cannot be read matches nothing
 * @returns true when nothing is entered, or one of the entries covers the address
 */
export function isAddressAllowed(address: string | undefined, list: string): boolean {
	const entries = entriesOf(list);
	if (entries.length === 0) return list.trim() === '';
	const sender = address === undefined ? undefined : rangeOf(address.trim().replace(/%[^\]:]*/, ''));
	if (sender === undefined || sender.freeBits !== 0n) return false;
	return entries.some((entry) => {
		const range = rangeOf(entry);
		return range !== undefined && range.version === sender.version && sender.network >> range.freeBits === range.network >> range.freeBits;
	});
}

function entriesOf(list: string): string[] {
	return list.split(/[\s,;]+/).filter((entry) => entry !== '');
}

/** Proxies may add the port: `203.0.113.9:4711`, `[2001:db8::1]:443`. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$/i;

function withoutPort(entry: string): string {
	const [, version6Address, version4Address] = WITH_PORT.exec(entry) ?? [];
	return version6Address ?? version4Address ?? entry;
}

function rangeOf(entry: string): AddressRange | undefined {
	const [address = '', prefix, ...more] = withoutPort(entry).split('/');
	if (more.length > 0) return undefined;
	const version = address.includes(':') ? 6 : 4;
	const network = version === 6 ? version6(address) : version4(address);
	const length = prefix === undefined ? BITS[version] : wholeNumber(prefix, BITS[version]);
	if (network === undefined || length === undefined) return undefined;
	if (version === 6 && network >> 32n === MAPPED_V4.start && length >= MAPPED_V4.bits) {
		return { version: 4, network: network & 0xffffffffn, freeBits: BigInt(BITS[6] - length) };
	}
	return { version, network, freeBits: BigInt(BITS[version] - length) };
}

function version4(text: string): bigint | undefined {
	const parts = text.split('.');
	if (parts.length !== 4) return undefined;
	let value = 0n;
	for (const part of parts) {
		const byte = wholeNumber(part, 255);
		// A leading zero means octal to some readers and decimal to others.
		if (byte === undefined || (part.length > 1 && part.startsWith('0'))) return undefined;
		value = (value << 8n) | BigInt(byte);
	}
	return value;
}

function version6(text: string): bigint | undefined {
	const halves = text.split('::');
	if (halves.length > 2) return undefined;
	const [left, right] = halves.map(groupsOf);
	if (left === undefined) return undefined;
	if (halves.length === 1) return left.length === 8 ? joined(left) : undefined;
	if (right === undefined || left.length + right.length > 7) return undefined;
	return joined([...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]);
}

function groupsOf(half: string): number[] | undefined {
	if (half === '') return [];
	const groups: number[] = [];
	for (const group of withV4AsGroups(half).split(':')) {
		if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
		groups.push(parseInt(group, 16));
	}
	return groups;
}

/** The last 32 bits of an IPv6 address may be written in the manner of IPv4. */
function withV4AsGroups(half: string): string {
	const last = half.slice(half.lastIndexOf(':') + 1);
	const value = last.includes('.') ? version4(last) : undefined;
	if (value === undefined) return half;
	return `${half.slice(0, half.length - last.length)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function joined(groups: number[]): bigint {
	return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function wholeNumber(text: string, most: number): number | undefined {
	if (!/^\d{1,3}$/.test(text)) return undefined;
	const value = Number(text);
	return value <= most ? value : undefined;
}
