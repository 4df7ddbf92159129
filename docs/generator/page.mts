import type { Catalogue, Entry } from './catalogue.mts';

interface Section {
	title: string;
	/** What stands above the table. */
	about: string;
	columns: [title: string, cell: (entry: Entry) => string][];
	holds(entry: Entry): boolean;
}

const CODE: Section['columns'][number] = ['Code', ({ code }) => code];
const NATURE: Section['columns'][number] = ['Kind', ({ nature }) => nature];
const MESSAGE: Section['columns'][number] = ['What you read', ({ message }) => message || ADDED];
const REMEDY: Section['columns'][number] = ['What to do', ({ remedy }) => remedy];

const ADDED = '*(added to, or in place of, another remedy)*';

/** Readers of what providers send on their own; what they refuse is a postback that is refused. */
const POSTBACK_READERS = /\/(?:postback|notification|canonicalJson|singleFields)\.ts$/;

const providerSection = (folder: string, title: string): Section => ({
	title,
	about: `What ${title} refuses, and what is checked before anything is sent to ${title}.`,
	columns: [CODE, NATURE, MESSAGE, REMEDY],
	holds: ({ file }) => file.startsWith(`providers/${folder}/`) && !POSTBACK_READERS.test(file),
});

const SECTIONS: Section[] = [
	providerSection('skycore', 'Skycore'),
	providerSection('voyage', 'Voyage'),
	providerSection('attentive', 'Attentive'),
	providerSection('vonage', 'Vonage'),
	{
		title: 'Postbacks that are refused',
		about:
			'The sender gets the status and an empty body. The message stands in the log of n8n, with the step that refused. Nothing starts. See [Postbacks](postbacks.md).',
		columns: [['Status', ({ kind, code }) => (kind === 'rejection' ? code : '400')], ['Step', ({ kind, nature }) => (kind === 'rejection' ? nature : 'document')], ['What the log says', ({ message }) => message]],
		holds: ({ kind, file }) => kind === 'rejection' || POSTBACK_READERS.test(file),
	},
	{
		title: 'XML documents',
		about: 'In a postback: status 400, the message is in the log. In a value that you entered: the item fails before anything is sent.',
		columns: [MESSAGE, REMEDY],
		holds: ({ file }) => file === 'transport/xml.ts',
	},
	{
		title: 'Testing a credential, and activating the trigger',
		about: 'What the credential window and the switch of the workflow say.',
		columns: [CODE, MESSAGE, REMEDY],
		holds: ({ kind, file }) => kind === 'test' || file.startsWith('credentials/') || (file.startsWith('nodes/SmsPostbackTrigger/') && kind !== 'rejection'),
	},
	{
		title: 'What you entered',
		about: 'The item fails before anything is sent. The other items go on.',
		columns: [MESSAGE, REMEDY],
		holds: ({ file }) => file.startsWith('consent/') || file.startsWith('nodes/'),
	},
	{
		title: 'On the way to the provider',
		about: 'Network, credential and run. `…` at the beginning of a message is the name of the provider.',
		columns: [NATURE, MESSAGE, REMEDY],
		holds: ({ file }) => file.startsWith('transport/'),
	},
];

const HEAD = `# Every error message, and what to do

<!-- Written by docs/generate.mts from the source. Do not edit by hand: run \`npx tsx docs/generate.mts\`. -->

This table is made from the code that words the messages. \`…\` stands for something that is known only when it happens, such as a number or a name. Where two remedies are possible, they are separated by a slash.

The column *Kind* is \`error.kind\` of the item in the error output:

| Kind | Meaning |
|---|---|
| \`credentials\` | The key or secret is refused. The run ends, because every other call would end the same way. |
| \`permission\` | The key is known, but may not do this. |
| \`rate\` | Too fast. Surely not carried out, so the node waits and tries again. |
| \`quota\` | The allowance of the account is used up. The run ends. |
| \`opted-out\` | The person opted out or is blocked. Never tried again. |
| \`number\` | The phone number or e-mail address is refused. |
| \`input\` | Another value is missing or refused. |
| \`temporary\` | The provider failed. It may or may not have acted, unless the error says \`not sent\`. |
| \`unreadable\` | An answer that the provider's documents do not describe. It may or may not have acted. |

What else stands in a failed item: [Output](output.md#a-failed-item). When a call is repeated: [Delivery](delivery.md). That no message holds a secret is tested by [session.test.mts](../test/unit/transport/session.test.mts) and [mistakes.test.mts](../test/security/mistakes.test.mts).
`;

/**
 * Writes the page.
 *
 * @param catalogue every message
 * @returns Markdown
 * @throws when a message belongs to no section
 */
export function pageOf({ entries }: Catalogue): string {
	const homeless = entries.find((entry) => !SECTIONS.some(({ holds }) => holds(entry)));
	if (homeless !== undefined) throw new Error(`No section holds the messages of ${homeless.file}`);
	const sections = SECTIONS.map((section) => sectionText(section, entries.filter((entry) => sectionOf(entry) === section)));
	return [HEAD, ...sections].join('\n');
}

function sectionOf(entry: Entry): Section | undefined {
	return SECTIONS.find(({ holds }) => holds(entry));
}

function sectionText({ title, about, columns }: Section, entries: Entry[]): string {
	const used = columns.filter(([, cell]) => entries.some((entry) => cell(entry) !== ''));
	const rows = [...new Set(entries.map((entry) => line(used.map(([, cell]) => cell(entry)))))];
	const table = [line(used.map(([name]) => name)), `|${used.map(() => '---').join('|')}|`, ...rows];
	return `## ${title}\n\n${about}\n\n${table.join('\n')}\n`;
}

function line(cells: string[]): string {
	return `| ${cells.map(escaped).join(' | ')} |`;
}

/** Also keeps editors from taking `{{ }}` and `<` for more than they are. */
function escaped(text: string): string {
	return text === ADDED ? text : text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('\n', ' ').replaceAll('_', '\\_').replaceAll('[', '\\[').trim();
}
