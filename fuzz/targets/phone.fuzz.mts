import { COUNTRIES, readPhone, readProviderPhone } from '../../consent/phone';
import { kept, promise } from '../invariants.mts';

const E164 = /^\+[1-9]\d{3,16}$/;

/** A phone number as anybody may write it: a person in a table, a provider in a field. */
export function fuzz(data: Buffer): void {
	const country = COUNTRIES[(data[0] ?? 0) % (COUNTRIES.length + 1)]?.code;
	const text = data.subarray(1).toString('utf8');
	for (const input of [text, Number(text), text.split(',')]) {
		const read = kept(() => readPhone(input, country === undefined ? {} : { defaultCountry: country }));
		if (read === undefined) continue;
		promise(E164.test(read), 'a number that is read is E.164');
		promise(kept(() => readPhone(read, {})) === read, 'and is read again as itself');
	}
	const fromProvider = kept(() => readProviderPhone(text));
	promise(fromProvider !== undefined, "a provider's number is never rejected");
	if (fromProvider?.phone !== null) promise(E164.test(fromProvider?.phone ?? ''), "a provider's number is E.164 or null");
	promise(
		fromProvider?.phone !== null || fromProvider.phoneRaw === text || text.trim() === '',
		'what cannot be read is kept as it was written',
	);
}
