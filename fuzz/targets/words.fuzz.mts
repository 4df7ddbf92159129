import { classifyText } from '../../consent/keyword';
import { readPersonTime, readProviderTime } from '../../consent/time';
import { kept, promise } from '../invariants.mts';

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** What a person texted, and times as providers and people write them. */
export function fuzz(data: Buffer): void {
	const text = data.toString('utf8');
	const classified = kept(() => classifyText(text));
	promise(classified !== undefined, 'every text is classified');
	promise(classified?.meaning === 'none' || classified?.keyword !== null, 'a meaning has a keyword');
	promise(kept(() => classifyText(`${text}!`))?.meaning === classified?.meaning, 'an exclamation mark changes no meaning');

	const time = kept(() => readProviderTime(text));
	promise(time !== undefined, "a provider's time is never rejected");
	if (typeof time === 'string') {
		promise(ISO_UTC.test(time), 'a time that is read is ISO 8601 in UTC');
		promise(readProviderTime(time) === time, 'and is read again as itself');
	}
	const number = Number(text);
	const fromNumber = kept(() => readProviderTime(number));
	promise(fromNumber === null || ISO_UTC.test(fromNumber ?? ''), 'a number is a time or none');
	const chosen = kept(() => readPersonTime('Time', text));
	promise(chosen === undefined || ISO_UTC.test(chosen), "a person's time is ISO 8601 in UTC or rejected");
}
