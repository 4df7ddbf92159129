import type { XmlElement } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import { asFormText } from '../../consent/fieldText';
import { isRecord } from '../../consent/record';
import { element } from './document';

/**
 * Version 2 of the API posts one flat JSON object per notification, of which only the inbound message is documented:
 * https://www.skycore.com/help/sms-mo-postback-v2/ . It is read as the notification that it would be in XML.
 *
 * @param value of the whole body
 * @returns a notification whose elements are the object's properties, under the names they were sent with
 * @throws {InputProblem} when it is no object or names no code
 */
export function notificationOfJson(value: unknown): XmlElement {
	const fields = isRecord(value) ? Object.entries(value) : [];
	if (!fields.some(([name, field]) => name.toUpperCase() === 'CODE' && asFormText(field).trim() !== '')) {
		throw new InputProblem(
			'The JSON body names no code, so it is not a notification of Skycore',
			"Check that the address of this trigger is entered as 'Postback URL' in Skycore and nowhere else.",
		);
	}
	return element(
		'POSTBACK',
		'',
		fields.map(([name, field]) => element(name, asFormText(field))),
	);
}
