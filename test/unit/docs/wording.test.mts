import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOMS = ['nodes', 'credentials', 'consent', 'providers', 'transport'];

/** A text as it stands in the source, and the quote that it stands in. */
const TEXT = (name: string): string => `(?<quote_${name}>['"\`])(?<${name}>(?:\\\\.|(?!\\k<quote_${name}>)[^\\\\])*)\\k<quote_${name}>`;
const INPUT_PROBLEM = new RegExp(`new InputProblem\\(\\s*${TEXT('message')},\\s*${TEXT('remedy')},?\\s*\\)`, 'g');
const REJECTION = new RegExp(`new PostbackRejected\\(\\s*\\d{3},\\s*'[\\w-]+',\\s*${TEXT('message')}`, 'g');

const SOURCE = ROOMS.flatMap((room) =>
	readdirSync(room, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => readFileSync(join(room, name), 'utf8')),
).join('\n');

function found(form: RegExp): Array<Record<string, string>> {
	return [...SOURCE.matchAll(form)].map(({ groups }) => ({ ...groups }));
}

test('what a person entered wrong always comes with what to do, in whole sentences', () => {
	const problems = found(INPUT_PROBLEM);
	expect(problems.length).toBeGreaterThan(20);
	expect(problems.filter(({ remedy = '' }) => !/[.}]$/.test(remedy)).map(({ message }) => message)).toEqual([]);
});

test('what happened ends without a full stop, as n8n shows it for a headline', () => {
	const messages = [...found(INPUT_PROBLEM), ...found(REJECTION)].map(({ message = '' }) => message);
	expect(messages.length).toBeGreaterThan(40);
	expect(messages.filter((message) => message.endsWith('.'))).toEqual([]);
});
