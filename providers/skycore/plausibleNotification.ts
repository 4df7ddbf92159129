import type { XmlElement } from '../../consent/call';
import { InputProblem, TooMuch } from '../../consent/failure';
import { NOTIFICATION_NAMES } from './notification';

/** What an event is about: with two of one, nobody could say which the sender meant. */
const SINGLE_FIELDS: ReadonlySet<string> = new Set([
	'ORIGIN',
	'CODE',
	'MOBILE',
	'FROM',
	'EMAIL',
	'CAMPAIGNREF',
	'CAMPAIGNID',
	'TIMESTAMP',
	'RECEIVED',
	'TRANSACTIONID',
	'SHORTCODE',
	'SOURCE',
	'TEXT',
	'MESSAGE-TEXT',
	'BODY',
]);

/** A real notification has about ten; what bundles several holds each of them in an element of its own. */
const MAX_FIELDS = 200;

const ADVICE = 'Nothing was taken from it. Show it to the provider’s support.';

/**
 * Refuses a notification in which a field that identifies the event stands twice with different values (files of an MMS may repeat), and one with so many
 * fields that it can only be meant to keep the reader busy.
 *
 * @param element the root, or any element below it
 * @throws {InputProblem} saying what is wrong
 * @throws {TooMuch} when it has too many fields
 */
export function requirePlausibleNotification(element: XmlElement): void {
	const fields = fieldsOf(element);
	const ownFields = fields.filter(({ children }) => children.length === 0);
	if (ownFields.length + Object.keys(element.attributes).length > MAX_FIELDS) {
		throw new TooMuch(`The document holds more than ${MAX_FIELDS} fields in one notification`, ADVICE);
	}
	const seen = new Map<string, string>();
	for (const { name, text, children } of fields) {
		const field = name.toUpperCase();
		const value = children.length === 0 ? text.trim() : `<${field}>`;
		const earlier = seen.get(field);
		if (earlier !== undefined && (earlier !== value || children.length > 0)) {
			throw new InputProblem(`The document holds ${field} twice in one notification, with different values`, ADVICE);
		}
		if (SINGLE_FIELDS.has(field)) seen.set(field, value);
	}
	element.children.filter(holdsNotifications).forEach(requirePlausibleNotification);
}

/** A list that somebody added to a notification is no notification, whatever its entries are called. */
function holdsNotifications(element: XmlElement): boolean {
	return NOTIFICATION_NAMES.has(element.name.toUpperCase()) || element.children.some(holdsNotifications);
}

/** The oldest shape keeps some fields in BODY; together they are one notification. */
function fieldsOf(element: XmlElement): XmlElement[] {
	return element.children.flatMap((child) => (child.name.toUpperCase() === 'BODY' ? [child, ...child.children] : [child]));
}
