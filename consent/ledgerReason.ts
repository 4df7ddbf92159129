import { classifyText } from './keyword';
import type { Cells, Statement } from './ledgerRow';
import { shownValue } from './shownValue';
import { providerTitle } from './providerName';

const DATE = new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

function word(value: unknown): string {
	return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

/** `at Skycore on May 3, 2026`, as far as it is known. */
function whereAndWhen({ provider, isDated, atMs }: Statement): string {
	const where = provider === '' ? '' : ` at ${providerTitle(provider)}`;
	return `${where}${isDated ? ` on ${DATE.format(atMs)}` : ', at a time that is not known'}`;
}

/** What the person wrote, in the words of a reason; undefined where nothing of it was kept. */
function texted({ text, keyword }: Cells): string | undefined {
	const written = typeof text === 'string' ? text : typeof keyword === 'string' ? keyword : undefined;
	if (written === undefined) return undefined;
	const known = typeof keyword === 'string' ? keyword.trim() : classifyText(written).keyword;
	return known === null ? `texted ${shownValue(written.replace(/\s+/g, ' '))}` : `texted ${known.toUpperCase()}`;
}

function howOptedOut(cells: Cells, channel: Statement['channel']): string {
	if (word(cells.action) === 'unsubscribe') return cells.outcome === undefined ? 'was to be unsubscribed' : 'was unsubscribed';
	if (cells.outcome !== undefined) return 'was reported as opted out';
	const text = texted(cells);
	if (word(cells.action) === 'message' && text !== undefined) return `${text}, which may mean an opt-out,`;
	if (text !== undefined) return text;
	const source = word(cells.source);
	if (source === 'mo') return 'texted an opt-out';
	if (source === 'web') return 'opted out on a web page';
	if (source === 'api' || source === 'manager') return 'was opted out';
	return channel === 'email' ? 'opted out of email' : 'opted out';
}

function howOptedIn(cells: Cells, channel: Statement['channel']): string {
	const outcome = word(cells.outcome);
	if (outcome === 'resubscribed') return 'was brought back';
	if (outcome !== '') return outcome === 'already_subscribed' ? 'was subscribed already' : 'was subscribed';
	const text = texted(cells);
	if (text !== undefined) return text;
	const source = word(cells.source);
	if (source === 'mo') return 'texted an opt-in';
	if (source === 'web') return 'opted in on a web page';
	if (source === 'api' || source === 'manager') return 'was opted in';
	return channel === 'email' ? 'opted in to email' : 'opted in';
}

/**
 * @param statement an opt-in or an opt-out
 * @param cells of its row
 * @returns what happened, where and when, to be read behind "the person": `texted STOP at Skycore on May 3, 2026`
 */
export function reasonOf(statement: Statement, cells: Cells): string {
	const { meaning, channel } = statement;
	if (meaning === 'not eligible') return `was reported as not eligible${whereAndWhen(statement)}`;
	return `${meaning === 'opt-in' ? howOptedIn(cells, channel) : howOptedOut(cells, channel)}${whereAndWhen(statement)}`;
}

/**
 * @param asked the last time that the person was asked to agree
 * @returns why it is not known where the person stands
 */
export function reasonNotKnown(asked: Statement | undefined): string {
	return asked === undefined ? 'no row of the events is about them' : `was asked${whereAndWhen(asked)}, and no answer is known`;
}
