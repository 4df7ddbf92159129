/** n8n's editor in a real browser, driven as a person would. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

import type { N8nClient, WorkflowJson } from '../../n8n/client.mts';
import { ARTEFACTS } from './places.mts';
import { waitUntil } from './waiting.mts';

/** Names another browser than Debian's. */
const BROWSER_SETTING = 'E2E_CHROMIUM';
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
const STICKY_NOTE = 'n8n-nodes-base.stickyNote';
const PATIENCE_MS = 30_000;
/** What comes into sight by scrolling is drawn a moment later. */
const PAINTING_MS = 800;
const WINDOW = { width: 1440, height: 900 };
const WITHOUT_TOASTS = '.el-notification { display: none !important }';
/** Where n8n shows an open node. */
const NODE_DIALOG = { x: 25, y: 25, width: 1390, height: 850 };

/** Whether this machine has the browser at all. */
export function chromiumPath(): string {
	const file = process.env[BROWSER_SETTING] ?? CHROMIUM;
	if (existsSync(file)) return file;
	throw new Error(`${file} is missing: install chromium, or name another one in ${BROWSER_SETTING}`);
}

export async function startBrowser(): Promise<Browser> {
	return await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

/** One tab of the editor, logged in as n8n's owner. */
export class Editor {
	/** What the page complained about, as far as it concerns this n8n. */
	readonly complaints: string[] = [];

	private constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		page.setDefaultTimeout(PATIENCE_MS);
		page.on('console', (message) => {
			const { url: from } = message.location();
			// The machine may have no way to the outside, where n8n would load pictures and news from; and n8n asks for
			// example data of every node, which few nodes have, and sometimes for a workflow that it is about to store.
			const isForeign = from !== '' && !from.startsWith(url);
			const isExpected =
				from.startsWith(`${url}/schemas/`) ||
				(from.startsWith(`${url}/rest/workflows/`) && message.text().includes('404')) ||
				message.text().startsWith('[Collaboration] Error in handleWorkflowUpdate: ResponseError: Could not load the workflow');
			if (message.type() === 'error' && !isForeign && !isExpected) this.complaints.push(`${message.text()} (${from})`);
		});
		page.on('pageerror', (error) => this.complaints.push(String(error)));
	}

	static async open(browser: Browser, n8n: N8nClient): Promise<Editor> {
		const context = await browser.newContext({ viewport: WINDOW, reducedMotion: 'reduce', userAgent: userAgentOf(browser) });
		await context.addCookies([{ ...(await n8n.sessionCookie()), url: n8n.url }]);
		return new Editor(await context.newPage(), n8n.url);
	}

	async close(): Promise<void> {
		await this.page.context().close();
	}

	/** The element with that test id. */
	part(id: string): Locator {
		return this.page.locator(`[data-test-id="${id}"]`);
	}

	async goTo(where: string): Promise<void> {
		await this.page.goto(`${this.url}${where}`);
	}

	/** Keeps a picture of the window, or of the open node alone, without the messages that pop up over it. */
	async picture(name: string, of: 'the window' | 'the node' = 'the window'): Promise<void> {
		mkdirSync(ARTEFACTS, { recursive: true });
		await this.page.screenshot({
			path: path.join(ARTEFACTS, `${name.replace(/[^\w.-]+/g, '-')}.png`),
			animations: 'disabled',
			...(of === 'the node' && { style: WITHOUT_TOASTS, clip: NODE_DIALOG }),
		});
	}

	/** What the panel of nodes lists for a search. */
	async search(words: string): Promise<string[]> {
		const listed = this.part('node-creator').locator('[data-test-id="node-creator-item-name"]');
		await listed.first().waitFor();
		const unfiltered = (await listed.allInnerTexts()).join();
		await this.part('node-creator-search-bar').fill(words);
		let names: string[] = [];
		// The list follows the typing with a delay, and keeps the previous one until then.
		await waitUntil(async () => {
			const before = names.join();
			names = await listed.allInnerTexts();
			return names.length > 0 && names.join() !== unfiltered && names.join() === before;
		});
		return names.map((name) => name.trim());
	}

	/** Opens the stored workflow and the node in it. */
	async openNode(workflowId: string, name: string): Promise<void> {
		await this.goTo(`/workflow/${workflowId}`);
		await this.look(name);
	}

	/** Opens a node of the workflow on the canvas. */
	async look(name: string): Promise<void> {
		await this.canvasNode(name).dblclick();
		await this.part('node-parameters').waitFor();
	}

	/** Scrolls the form down to that text. */
	async scrollTo(text: string): Promise<void> {
		await this.part('node-parameters').getByText(text).first().scrollIntoViewIfNeeded();
		await this.page.waitForTimeout(PAINTING_MS);
	}

	field(parameter: string): Locator {
		return this.part(`parameter-input-${parameter}`).first();
	}

	async write(parameter: string, text: string): Promise<void> {
		const input = this.field(parameter).locator('input, textarea').first();
		await input.fill(text);
		// Below a field in use n8n shows a tip, which covers the next one.
		await input.blur();
	}

	/** Picks from a drop-down list, by the choice's name. */
	async choose(parameter: string, choice: string): Promise<void> {
		await this.field(parameter).locator('input').first().click();
		const choices = this.page.locator('[data-test-id="parameter-input-item"]:visible, .el-select-dropdown__item:visible');
		await choices
			.filter({ hasText: new RegExp(`^\\s*${escaped(choice)}`) })
			.first()
			.click();
		await choices.first().waitFor({ state: 'hidden' });
	}

	/** Picks several from a drop-down list, which stays open until somebody clicks beside it. */
	async chooseSeveral(parameter: string, names: string[]): Promise<void> {
		await this.field(parameter).locator('input').first().click();
		const choices = this.page.locator('.el-select-dropdown__item:visible');
		for (const name of names) await choices.filter({ hasText: name }).first().click();
		await this.part('node-parameters').getByText('Provider', { exact: true }).first().click();
		await choices.first().waitFor({ state: 'hidden' });
	}

	async toggle(parameter: string): Promise<void> {
		await this.field(parameter).locator('.el-switch, [role="switch"]').first().click();
	}

	/** Adds one of the fields that a collection such as "Additional Fields" offers; all by their labels. */
	async addField(collection: string, label: string): Promise<void> {
		const adding = this.part('collection-parameter-add');
		const own = this.part('node-parameters').locator('[data-test-id="parameter-item"]').filter({ has: adding, hasText: collection });
		await own.locator(adding).locator('input').click();
		const choices = this.page.locator('.el-select-dropdown__item:visible');
		await choices.filter({ hasText: new RegExp(`^\\s*${escaped(label)}\\s*$`) }).click();
		await choices.first().waitFor({ state: 'hidden' });
	}

	/** Adds an entry to a list of groups, and gives the list; the entry's own fields are the last ones in it. */
	async addEntry(parameter: string): Promise<Locator> {
		const list = this.part(`fixed-collection-${parameter}`);
		const entries = list.locator('[data-test-id="fixed-collection-delete"]');
		const before = await entries.count();
		await list.locator('[data-test-id="fixed-collection-add"]').click();
		await entries.nth(before).waitFor({ state: 'attached' });
		return list;
	}

	/** Adds a name and a value to such a list. */
	async addPair(parameter: string, name: string, value: string): Promise<void> {
		const list = await this.addEntry(parameter);
		await list.locator('[data-test-id="parameter-input-name"] input').last().fill(name);
		await list.locator('[data-test-id="parameter-input-value"] input').last().fill(value);
	}

	/** Picks a stored credential for the open node. */
	async chooseCredential(name: string): Promise<void> {
		await this.part('node-credentials-select').first().click();
		const choices = this.page.locator('[data-test-id^="node-credentials-select-item"]:visible');
		await choices.filter({ hasText: name }).first().click();
		await choices.first().waitFor({ state: 'hidden' });
	}

	/** Presses "Execute step" and waits until the step has ended. */
	async executeStep(): Promise<void> {
		const done = this.page.waitForResponse((response) => /\/rest\/workflows\/[^/]+\/run$/.test(new URL(response.url()).pathname));
		await this.part('node-execute-button').click();
		await done;
		await this.page
			.locator('[data-test-id="ndv-loading-overlay"], [data-test-id="stop-execution-button"]')
			.waitFor({ state: 'hidden' })
			.catch(() => undefined);
	}

	/** Opens the list of failed items, which n8n shows beside the results. */
	async showErrorBranch(): Promise<void> {
		await this.output.getByRole('tab', { name: /^Error Branch \(\d+ item/ }).click();
	}

	get output(): Locator {
		return this.part('output-panel');
	}

	/** Imports a file into a new workflow, and waits for its nodes. */
	async importFile(name: string, workflow: WorkflowJson): Promise<void> {
		await this.goTo('/workflow/new');
		await this.part('canvas-plus-button').or(this.part('canvas-add-button')).first().waitFor();
		await this.part('workflow-import-input').setInputFiles({
			name,
			mimeType: 'application/json',
			buffer: Buffer.from(JSON.stringify(workflow)),
		});
		await this.seesAll(workflow);
	}

	/** Opens a stored workflow, and waits for its nodes. */
	async openWorkflow(id: string, workflow: WorkflowJson): Promise<void> {
		await this.goTo(`/workflow/${id}`);
		await this.seesAll(workflow);
	}

	private async seesAll({ nodes }: WorkflowJson): Promise<void> {
		for (const { name } of nodes.filter(({ type }) => type !== STICKY_NOTE)) await this.canvasNode(name).waitFor();
		await this.part('zoom-to-fit').click();
	}

	canvasNode(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** The nodes with a red mark: a credential or an entry is missing, or the node is not installed. */
	async nodesWithIssues(): Promise<string[]> {
		const marked = this.page
			.locator('[data-test-id="canvas-node"]')
			.filter({ has: this.part('node-issues').or(this.part('node-not-installed')) });
		return await marked.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-node-name') ?? ''));
	}

	/** Presses "Execute workflow" and waits until n8n says how it went. */
	async executeWorkflow(): Promise<string> {
		await this.part('execute-workflow-button').click();
		const verdict = this.page.locator('.el-notification__title').filter({ hasText: /execut|Problem/i });
		await verdict.first().waitFor();
		return await verdict.first().innerText();
	}

	/** Opens the stored workflow and the chat below it. */
	async openChat(workflowId: string): Promise<void> {
		await this.goTo(`/workflow/${workflowId}`);
		await this.part('workflow-chat-button').click();
	}

	/** Writes into the open chat. */
	async say(text: string): Promise<void> {
		const input = this.part('canvas-chat').locator('textarea');
		await input.fill(text);
		await input.press('Enter');
	}

	/** The workflow's own words in the chat, with that text in them. */
	chatAnswer(text: string | RegExp): Locator {
		return this.part('canvas-chat').locator('.chat-message-from-bot').filter({ hasText: text }).last();
	}

	/** Opens the dialog for a new credential of that type. */
	async newCredential(typeName: string): Promise<void> {
		await this.goTo('/home/credentials/create');
		await this.part('new-credential-type-select').locator('input').first().fill(typeName);
		await this.part('new-credential-type-select-option')
			.filter({ hasText: new RegExp(`^\\s*${escaped(typeName)}\\s*$`) })
			.first()
			.click();
		await this.part('new-credential-type-button').click();
		await this.part('credential-edit-dialog').waitFor();
	}

	/** Saves the open credential, which tests it, and gives the verdict. */
	async saveCredential(): Promise<{ green: boolean; text: string }> {
		const tested = this.page.waitForResponse((response) => response.url().endsWith('/rest/credentials/test'));
		await this.part('credential-save-button').click();
		const { data } = (await (await tested).json()) as { data: { status: string; message: string } };
		if (data.status === 'OK') {
			await this.part('credentials-config-container-test-success').waitFor();
			return { green: true, text: data.message };
		}
		// n8n hides the reason behind a link.
		const form = this.part('node-credentials-config-container');
		await form.getByText('More details').click();
		await form.getByText(data.message).first().waitFor();
		return { green: false, text: data.message };
	}
}

/** n8n takes a browser that calls itself headless for a robot, whose approval does not count. */
function userAgentOf(browser: Browser): string {
	return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`;
}

function escaped(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
