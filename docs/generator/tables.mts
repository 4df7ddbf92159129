/** What the code says, as Markdown: one table (or several, under headings) per name. */
import type { RetrySafety } from '../../consent/call';
import type { Column } from '../../consent/columns';
import { EVENT_COLUMNS, SIMPLIFIED_COLUMNS } from '../../consent/event';
import { FAILURE_KINDS, type FailureRow } from '../../consent/failure';
import type { Capability, Provider } from '../../consent/provider';
import { OUTCOMES, RESULT_COLUMNS } from '../../consent/result';
import { PROVIDERS } from '../../providers/index';
import { SAMPLES } from '../../test/contract/samples.mts';
import { REJECTION_STATUSES } from '../../transport/inbound/rejection';
import { sharedFailureRows } from '../../transport/outbound/failure';

const NODES: Readonly<Record<Capability, string>> = {
	subscribe: 'Subscribe',
	unsubscribe: 'Unsubscribe',
	query: 'Query Opt-Outs',
	resubscribe: 'Resubscribe',
	postback: 'Postback Trigger',
};

const SECOND_CALL: Readonly<Record<RetrySafety, readonly [effect: string, repeated: string]>> = {
	harmless: ['is harmless', 'yes'],
	'texts the person': ['may text the person', 'no'],
	unknown: ['may do harm', 'no'],
};

const providers = Object.values(PROVIDERS);
const SIMPLIFIED = new Set<string>(SIMPLIFIED_COLUMNS.map((name) => `\`${name}\``));
const capabilities = Object.keys(NODES) as Capability[];

function table(heads: string[], rows: string[][]): string {
	return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text that is no Markdown; also keeps editors from taking `<` for more than it is. */
function plain(text: string): string {
	return text.replace(/[\\|*_[]/g, '\\$&').replaceAll('<', '&lt;');
}

function meaningsOf(meanings: Readonly<Record<string, string>>): string[][] {
	return Object.entries(meanings).map(([name, meaning]) => [`\`${name}\``, meaning]);
}

function columnsOf(columns: Readonly<Record<string, Column>>): string[][] {
	return Object.entries(columns).map(([name, { type, meaning }]) => [`\`${name}\``, type, meaning]);
}

function withSimplified([name = '', type = '', meaning = '']: string[]): string[] {
	return [name, type, SIMPLIFIED.has(name) ? 'yes' : '', meaning];
}

function failureTable(rows: readonly FailureRow[]): string {
	return table(
		['Code', 'Kind', 'What you read', 'What to do'],
		rows.map(({ when, kind, message, remedy }) => [when, kind, message, remedy].map(plain)),
	);
}

function perProvider(textOf: (provider: Provider) => string): string {
	return providers.map((provider) => `## ${provider.displayName}\n\n${textOf(provider)}`).join('\n\n');
}

function insteadOf({ displayName, capabilities: answers }: Provider): string {
	const missing = capabilities.flatMap((capability) => {
		const answer = answers[capability];
		return answer.can ? [] : [`**${NODES[capability]}.** ${answer.instead}`];
	});
	return missing.join('\n\n') || `${displayName} has a call or a postback for everything.`;
}

function rateLimitsOf({ name, rateLimits }: Provider): string {
	const rows = Object.entries(rateLimits).map(([key, { callsPerSecond, burst }]) => {
		const users = SAMPLES[name].calls.filter(({ call }) => call.rateLimitKey === key).map(({ capability }) => NODES[capability]);
		return [[...new Set(users)].join(', '), String(callsPerSecond), String(burst)];
	});
	return table(['Calls', 'Per second', 'At once'], rows);
}

function retrySafetyOf({ name }: Provider): string {
	const rows = SAMPLES[name].calls.map(({ capability, circumstance, call }) => {
		const [effect, repeated] = SECOND_CALL[call.retrySafety];
		const quietly = call.retrySafety !== 'harmless' && call.withoutConfirmation !== undefined;
		return [NODES[capability], circumstance, effect, quietly ? 'yes, without the text' : repeated];
	});
	const unlike = rows.filter((row, index) => rows.findIndex((other) => other.join() === row.join()) === index);
	return table(['Call', 'Circumstance', 'A second call', 'Repeated in doubt'], unlike);
}

/** By the name of the place in the pages. */
export const TABLES: Readonly<Record<string, string>> = {
	results: table(['Column', 'Type', 'Meaning'], columnsOf(RESULT_COLUMNS)),
	outcomes: table(['`outcome`', 'Meaning'], meaningsOf(OUTCOMES)),
	events: table(['Column', 'Type', 'Simplified', 'Meaning'], columnsOf(EVENT_COLUMNS).map(withSimplified)),
	'failure-kinds': table(['Kind', 'Meaning'], meaningsOf(FAILURE_KINDS)),
	failures: perProvider(({ failures }) => failureTable(failures)),
	'shared-failures': failureTable(sharedFailureRows()),
	rejections: table(['Status', 'When'], Object.entries(REJECTION_STATUSES)),
	capabilities: table(
		['', ...Object.values(NODES)],
		providers.map(({ name, displayName, capabilities: answers }) => [
			`[${displayName}](providers/${name}.md)`,
			...capabilities.map((capability) => (answers[capability].can ? 'yes' : `[no](#${name})`)),
		]),
	),
	instead: perProvider(insteadOf),
	...Object.fromEntries(providers.map((provider) => [`calls-${provider.name}`, `${rateLimitsOf(provider)}\n\n${retrySafetyOf(provider)}`])),
};
