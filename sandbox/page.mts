/** The page at `/`: plain HTML with one small script of its own; nothing is fetched from elsewhere. */

import { createHash } from 'node:crypto';

import type { Delivery } from './postbacks/postbacks.mts';
import type { ProviderState } from './provider.mts';
import type { SandboxState } from './sandbox.mts';
import type { SubscriberView } from './standIn.mts';
import { ALL_STAND_INS, type AnyStandIn, type BaseUrls } from './standIns.mts';
import type { LoggedRequest, ReceivedText, SentText } from './traffic.mts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5a6376; --paper: #f5f6f9; --card: #fff; --line: #d9dde6; --accent: #2457c5; --good: #146c3a; --bad: #a8201f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a5aec0; --paper: #14171e; --card: #1d212b; --line: #343a48; --accent: #8fb2ff; --good: #7ddba3; --bad: #ff9c96; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 78rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0; font-size: 1.5rem; } h2 { font-size: 1.25rem; margin: 0; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; } a { color: var(--accent); } code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 0 0 1rem; }
.numbers { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: .5rem 0 0; padding: 0; list-style: none; }
.numbers strong { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; } td { font-variant-numeric: tabular-nums; }
label.check { display: flex; align-items: center; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; } label { display: grid; gap: .2rem; font-size: .9rem; color: var(--soft); }
input, select, button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .35rem .6rem; }
button { background: var(--accent); border-color: var(--accent); color: var(--card); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const REFRESH_SECONDS = 3;

/**
 * Brings in the lists alone, and only what has changed, so that nobody's typing, selection or place on the page is lost; sends the form without
 * leaving the page, and says what was sent.
 */
const SCRIPT = `
const lists = document.getElementById('lists');
const form = document.querySelector('form');
const said = document.getElementById('said');
const pause = document.getElementById('pause');
let shown = '';
async function refresh() {
	const selection = getSelection();
	if (selection && !selection.isCollapsed && lists.contains(selection.anchorNode)) return;
	const html = await (await fetch('/?lists')).text();
	if (html === shown) return;
	const places = [...lists.querySelectorAll('.scroll')].map((each) => [each.getAttribute('aria-label'), each.scrollLeft]);
	lists.innerHTML = shown = html;
	for (const each of lists.querySelectorAll('.scroll')) {
		const place = places.find(([label]) => label === each.getAttribute('aria-label'));
		if (place) each.scrollLeft = place[1];
	}
}
setInterval(() => { if (!pause.checked && !document.hidden) refresh().catch(() => {}); }, ${REFRESH_SECONDS * 1000});
form.addEventListener('submit', async (event) => {
	event.preventDefault();
	const entered = Object.fromEntries(new FormData(form));
	const title = form.provider.selectedOptions[0].textContent;
	try {
		const answer = await fetch(form.action, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(entered) });
		const { error } = await answer.json();
		const sentence = entered.from + ' wrote \u201c' + entered.text + '\u201d to ' + title + (entered.campaign ? ', campaign ' + entered.campaign : '') + '.';
		said.textContent = error ? 'Not sent: ' + error : sentence;
		said.className = error ? 'bad' : 'good';
	} catch {
		said.textContent = 'Not sent: the sandbox does not answer.';
		said.className = 'bad';
	}
	refresh().catch(() => {});
});
`;

/** By which the browser knows the page's own script; no other may run. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`;

function escaped(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function clock(iso: string): string {
	return `<time datetime="${escaped(iso)}">${escaped(iso.slice(11, 19))}</time>`;
}

function table(caption: string, heads: readonly string[], rows: ReadonlyArray<readonly string[]>, empty: string): string {
	if (rows.length === 0) return `<h3>${caption}</h3><p class="soft">${empty}</p>`;
	const head = heads.map((name) => `<th scope="col">${name}</th>`).join('');
	const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
	return `<h3>${caption}</h3><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function number(value: string): string {
	return value.includes('@') ? escaped(value) : `+${escaped(value)}`;
}

function personRow(person: SubscriberView): string[] {
	return [number(person.number), escaped(person.state), escaped(person.campaign), escaped(person.since.slice(0, 19).replace('T', ' '))];
}

function requestRow(request: LoggedRequest): string[] {
	const fault = request.fault === '' ? '' : ` <span class="bad">(${escaped(request.fault)})</span>`;
	const parsed = request.parsed === null ? '' : JSON.stringify(hidden(request.parsed));
	return [
		clock(request.at),
		`${escaped(request.method)} <code>${escaped(request.path)}</code>`,
		request.phone === '' ? '' : number(request.phone),
		`<code>${escaped(parsed.slice(0, 200))}</code>`,
		`${request.status === 0 ? 'no answer' : request.status} ${escaped(request.outcome)}${fault}`,
		request.acted ? '<span class="good">changed</span>' : '<span class="soft">nothing changed</span>',
	];
}

/** Keys and secrets are not worth showing on a screen that is shared. */
function hidden(value: LoggedRequest['parsed']): LoggedRequest['parsed'] {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, /^(?:api_(?:key|secret)|pass|sig|client_secret)$/i.test(key) ? '…' : entry]),
	);
}

function deliveryRow(delivery: Delivery): string[] {
	const tone = delivery.state === 'delivered' ? 'good' : delivery.state === 'waiting' ? 'soft' : 'bad';
	const attempts = delivery.attempts.map(({ status, error }) => (status === 0 ? escaped(error) : String(status))).join(', ');
	const next = delivery.nextAttemptAt === '' ? '' : `, again at ${clock(delivery.nextAttemptAt)}`;
	return [
		clock(delivery.at),
		escaped(delivery.event),
		`<code>${escaped((delivery.body === '' ? delivery.url : delivery.body).slice(0, 600))}</code>`,
		attempts === '' ? '–' : attempts,
		`<span class="${tone}">${delivery.state}</span>${next}`,
	];
}

/** Both directions, the newest first: who said what to whom. */
function conversation(title: string, sent: readonly SentText[], received: readonly ReceivedText[]): string[][] {
	const rows = [
		...sent.map(({ at, to, text, reason }) => ({ at, cells: [title, number(to), escaped(text), escaped(reason)] })),
		...received.map(({ at, from, text, campaign }) => ({ at, cells: [number(from), title, escaped(text), escaped(campaign)] })),
	];
	return rows.sort((one, other) => other.at.localeCompare(one.at)).map(({ at, cells }) => [clock(at), ...cells]);
}

function section({ name, title, sendsPostbacks }: AnyStandIn, state: ProviderState, baseUrl: string, postbackUrl: string): string {
	const { counters, deliveryCounters } = state;
	const people = Object.entries(state.byState).map(([word, count]) => `<li><strong>${count}</strong> ${escaped(word)}</li>`);
	const facts = [
		...(people.length === 0 ? ['<li><strong>0</strong> people</li>'] : people),
		`<li><strong>${counters.requests}</strong> requests (${counters.acted} changed something)</li>`,
		`<li><strong>${counters.texts}</strong> texts to people</li>`,
		`<li><strong>${deliveryCounters.delivered}</strong> of ${deliveryCounters.created} postbacks delivered</li>`,
		`<li><strong>${counters.maxOpen}</strong> requests open at once, at most</li>`,
	];
	const receiver = postbackUrl === '' ? 'nobody yet' : `<code>${escaped(postbackUrl)}</code>`;
	return `<section class="card" id="${name}" aria-labelledby="${name}-title">
<h2 id="${name}-title">${title}</h2>
<p class="soft">Base URL <code>${escaped(baseUrl)}</code>; ${sendsPostbacks ? `postbacks go to ${receiver}` : 'sends no postbacks'}</p>
<ul class="numbers">${facts.join('')}</ul>
${table('Subscribers', ['Number', 'State', 'Campaign', 'Since (UTC)'], state.subscribers.map(personRow), 'Nobody yet.')}
${table('Opt-outs', ['Number', 'State', 'Campaign', 'Since (UTC)'], state.optOuts.map(personRow), 'Nobody.')}
${table('Received', ['Time', 'Request', 'Number', 'Understood', 'Answer', 'Effect'], [...state.requests].reverse().map(requestRow), 'No request yet.')}
${sendsPostbacks ? table('Postbacks sent', ['Time', 'Event', 'Content', 'Answers', 'State'], [...state.deliveries].reverse().map(deliveryRow), 'None yet.') : ''}
${table('Texts', ['Time', 'From', 'To', 'Text', 'Why, or campaign'], conversation(title, state.texts, state.received), 'None yet.')}
</section>`;
}

/**
 * @param state to show
 * @param baseUrls of the providers
 * @returns the lists of all providers as HTML, which the page brings in by itself
 */
export function lists(state: SandboxState, baseUrls: BaseUrls): string {
	return ALL_STAND_INS.map((standIn) => {
		const { name } = standIn;
		return section(standIn, state.providers[name], baseUrls[name], state.config[name].postbackUrl);
	}).join('\n');
}

/**
 * @param state to show
 * @param baseUrls of the providers
 * @returns the page as HTML
 */
export function page(state: SandboxState, baseUrls: BaseUrls): string {
	const titles = ALL_STAND_INS.map(({ title }) => title);
	const choices = ALL_STAND_INS.map(({ name, title }) => `<option value="${name}">${title}</option>`).join('');
	const links = ALL_STAND_INS.map(({ name, title }) => `<a href="#${name}">${title}</a>`).join(' · ');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SMS consent sandbox</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>SMS consent sandbox</h1>
<p>Stand-ins for ${titles.slice(0, -1).join(', ')} and ${titles.at(-1)} on this machine. No text leaves it.</p>
<p>The lists refresh every ${REFRESH_SECONDS} seconds and show 15 rows at most; everything as data: <a href="/_sandbox/state">/_sandbox/state</a>.</p>
<p><label class="check"><input type="checkbox" id="pause" autocomplete="off"> Stop refreshing</label></p>
<nav aria-label="Providers"><p>${links}</p></nav>
</header>
<main>
<section class="card" aria-labelledby="text-title">
<h2 id="text-title">Text as a person</h2>
<p class="soft">Keywords: STOP, HELP, Y, JOIN.</p>
<form method="post" action="/_sandbox/text">
<label>Provider <select name="provider">${choices}</select></label>
<label>From <input name="from" value="+16502426055" autocomplete="off" required></label>
<label>Text <input name="text" value="STOP" autocomplete="off" required></label>
<label>Campaign (optional) <input name="campaign" autocomplete="off"></label>
<button>Send text</button>
</form>
<p id="said" role="status"></p>
</section>
<div id="lists">
${lists(state, baseUrls)}
</div>
</main>
<footer class="soft"><p>Started ${escaped(state.startedAt)}. Clock factor ${state.config.clockFactor}.</p></footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
