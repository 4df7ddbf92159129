import type { XmlElement } from '../../consent/call';
import { InputProblem, TooMuch } from '../../consent/failure';
import { safeName } from '../../consent/unsafeNames';

/** One notification, whatever shape it came in. */
export interface Notification {
	/**
	 * @param names upper-case element names
	 * @returns the texts of all elements with these names, however deep they stand, in the order of `names`
	 */
	texts(names: readonly string[]): string[];
	/**
	 * @param name upper-case element name, or `@` and an upper-case attribute name
	 * @returns trimmed text; null when it is missing or empty
	 */
	field(name: string): string | null;
	/** Every field as path and text, in an order that does not depend on the document's. */
	identity: [path: string, text: string][];
	/** Every field under the name it was sent with; an object without prototype. */
	raw: Record<string, unknown>;
	warnings: string[];
}

/** Elements that are a notification, or hold some. */
export const NOTIFICATION_NAMES: ReadonlySet<string> = new Set(['POSTBACK', 'NOTIFICATION']);
const BODY = 'BODY';
const SCHEMA_ATTRIBUTE = /^(?:xmlns|xsi)(?::|$)/i;

interface Field {
	name: string;
	path: string;
	text: string;
}

function isNotification(element: XmlElement): boolean {
	return NOTIFICATION_NAMES.has(element.name.toUpperCase());
}

function attributesOf(element: XmlElement): [name: string, value: string][] {
	return Object.entries(element.attributes)
		.filter(([name]) => !SCHEMA_ATTRIBUTE.test(name))
		.map(([name, value]) => [`@${name}`, value]);
}

/** Older shapes keep some of the fields in BODY; its border says nothing. */
function membersOf(element: XmlElement): XmlElement[] {
	return element.children.flatMap((child) => (child.name.toUpperCase() === BODY && child.children.length > 0 ? membersOf(child) : [child]));
}

function leavesOf(element: XmlElement, path: string): Field[] {
	const own = { name: element.name.toUpperCase(), path, text: element.text.trim() };
	const attributes = attributesOf(element).map(([name, text]) => ({ name: '', path: `${path}/${name.toUpperCase()}`, text: text.trim() }));
	const inner = element.children.flatMap((child) => leavesOf(child, `${path}/${child.name.toUpperCase()}`));
	return element.children.length > 0 && own.text === '' ? [...attributes, ...inner] : [own, ...attributes, ...inner];
}

function rawValue(element: XmlElement): unknown {
	const attributes = attributesOf(element);
	if (element.children.length === 0 && attributes.length === 0) return element.text;
	const value = rawObject(element.children, attributes);
	if (element.text !== '') value['#text'] = element.text;
	return value;
}

function rawObject(members: XmlElement[], attributes: [name: string, value: string][]): Record<string, unknown> {
	const raw: Record<string, unknown> = Object.create(null);
	for (const [name, value] of attributes) raw[name] = value;
	for (const member of members) {
		const name = safeName(member.name);
		const value = rawValue(member);
		const earlier = raw[name];
		if (earlier === undefined) raw[name] = value;
		else if (Array.isArray(earlier)) earlier.push(value);
		else raw[name] = [earlier, value];
	}
	return raw;
}

/** Each field is written out once, not once per comparison: a document may hold thousands. */
function inFixedOrder(fields: Field[]): [path: string, text: string][] {
	return fields
		.map(({ path, text }): { written: string; pair: [string, string] } => ({ written: JSON.stringify([path, text]), pair: [path, text] }))
		.sort((one, other) => (one.written < other.written ? -1 : one.written > other.written ? 1 : 0))
		.map(({ pair }) => pair);
}

function repeatedNames(members: XmlElement[]): string[] {
	const seen = new Set<string>();
	const repeated = new Set<string>();
	for (const { name } of members) (seen.has(name.toUpperCase()) ? repeated : seen).add(name.toUpperCase());
	return [...repeated];
}

function notificationOf(members: XmlElement[], attributes: [name: string, value: string][]): Notification {
	const fields = [
		...attributes.map(([name, value]) => ({ name: name.toUpperCase(), path: name.toUpperCase(), text: value.trim() })),
		...members.flatMap((member) => leavesOf(member, member.name.toUpperCase())),
	];
	return {
		field: (name) => fields.find((candidate) => candidate.path === name && candidate.text !== '')?.text ?? null,
		texts: (names) => names.flatMap((name) => fields.filter((field) => field.name === name && field.text !== '').map(({ text }) => text)),
		identity: inFixedOrder(fields),
		raw: rawObject(members, attributes),
		warnings: repeatedNames(members).map((name) => `Skycore sent ${name} more than once; the first one counts.`),
	};
}

/** A POSTBACK may hold its fields itself, hold them in one NOTIFICATION (older MMS), or bundle several. */
function notificationsOf(element: XmlElement, inherited: XmlElement[]): Notification[] {
	const members = membersOf(element);
	const inner = members.filter(isNotification);
	const own = members.filter((member) => !isNotification(member));
	if (inner.length > 0) {
		return inner.flatMap((notification) => notificationsOf(notification, [...inherited, ...own]));
	}
	const ownNames = new Set(own.map((member) => member.name.toUpperCase()));
	const completed = [...own, ...inherited.filter((member) => !ownNames.has(member.name.toUpperCase()))];
	return [notificationOf(completed, attributesOf(element))];
}

/** What comes of a document. A bundle's own fields count for each notification in it, which inherits them. */
interface Yield {
	events: number;
	fields: number;
	characters: number;
}

const NOTHING: Readonly<Yield> = { events: 0, fields: 0, characters: 0 };
/** So many of the shortest notifications fit into the longest postback. */
const MOST: Readonly<Yield> = { events: 1_000, fields: 20_000, characters: 1_000_000 };

function sizeOf({ name, text, attributes, children }: XmlElement): Yield {
	const pairs = Object.entries(attributes);
	const characters = pairs.reduce((sum, [key, value]) => sum + key.length + value.length, name.length + text.length);
	return sumOf([{ events: 0, fields: 1 + pairs.length, characters }, ...children.map(sizeOf)]);
}

function sumOf(yields: readonly Yield[]): Yield {
	return yields.reduce(
		(sum, each) => ({
			events: sum.events + each.events,
			fields: sum.fields + each.fields,
			characters: sum.characters + each.characters,
		}),
		NOTHING,
	);
}

/** Counts without making anything. */
function yieldOf(element: XmlElement, inherited: Yield): Yield {
	const members = membersOf(element);
	const inner = members.filter(isNotification);
	const own = members.filter((member) => !isNotification(member)).map(sizeOf);
	const passedOn = sumOf([inherited, ...own]);
	if (inner.length === 0) return { ...passedOn, events: 1 };
	return sumOf(inner.map((notification) => yieldOf(notification, passedOn)));
}

function requireModest({ events, fields, characters }: Yield): void {
	if (events <= MOST.events && fields <= MOST.fields && characters <= MOST.characters) return;
	throw new TooMuch(
		`The document holds more than a postback can mean: ${events} notifications with ${fields} fields`,
		'Nothing was taken from it. Show it to the provider’s support.',
	);
}

/**
 * Finds the notifications of a posted document.
 *
 * @param root its root element: a notification itself, or any wrapper around some
 * @returns at least one
 * @throws {InputProblem} when the document is not one of Skycore's, or holds nothing at all
 * @throws {TooMuch} when far more would come of it than any postback holds
 */
export function notificationsIn(root: XmlElement): Notification[] {
	if (!isNotification(root) && !root.children.some(isNotification)) {
		throw new InputProblem(
			`The document begins with <${root.name}>, which is not a notification of Skycore`,
			"Check that the address of this trigger is entered as 'Postback URL' in Skycore and nowhere else.",
		);
	}
	requireModest(yieldOf(root, NOTHING));
	const notifications = notificationsOf(root, []);
	if (notifications.every(({ identity }) => identity.length === 0)) {
		throw new InputProblem(
			'The notification holds no field at all',
			'If it came from Skycore, ask your account manager what it was meant to say.',
		);
	}
	return notifications;
}
