/** Reading the bodies of calls about subscriptions. Every function throws a {@link Refusal} where Attentive would refuse. */

import { isJsonObject, type JsonObject } from '../wire/json.mts';
import { Refusal } from './refusal.mts';
import type { AttentiveSettings, SignUpUnit } from './settings.mts';

const TYPES = ['MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED'] as const;
export type SubscriptionType = (typeof TYPES)[number];
export type Channel = 'TEXT' | 'EMAIL';

export const E164 = /^\+[1-9]\d{6,14}$/;
export const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const LANGUAGES = new Set(isoLanguages());

/**
 * Refuses properties that the documentation does not name, unless the settings let them pass.
 *
 * @param where in front of a name in the message: '' or 'user.' ...
 * @throws {Refusal}
 */
export function refuseUnknown(value: JsonObject, where: string, names: readonly string[], settings: AttentiveSettings): void {
	if (settings.unknownProperties === 'ignore') return;
	for (const name of Object.keys(value)) {
		if (!names.includes(name)) throw new Refusal(400, `Unrecognized field "${where}${name}"`);
	}
}

/** Whom a call is about: a number, an address, or both. */
export function userIn(body: JsonObject, settings: AttentiveSettings): { phone?: string; email?: string } {
	const { user } = body;
	if (!isJsonObject(user)) throw new Refusal(400, 'user is required');
	refuseUnknown(user, 'user.', ['phone', 'email'], settings);
	const result: { phone?: string; email?: string } = {};
	if (user.phone !== undefined) {
		if (typeof user.phone !== 'string' || !E164.test(user.phone)) throw new Refusal(400, 'user.phone must be in E.164 format');
		result.phone = user.phone;
	}
	if (user.email !== undefined) {
		if (typeof user.email !== 'string' || !EMAIL.test(user.email)) throw new Refusal(400, 'user.email is not a valid email address');
		result.email = user.email;
	}
	if (result.phone === undefined && result.email === undefined) throw new Refusal(400, 'user.phone or user.email is required');
	return result;
}

/** The identifiers of other systems, checked and otherwise as given. */
export function externalIdentifiersIn(body: JsonObject, settings: AttentiveSettings): JsonObject {
	const { externalIdentifiers: given } = body;
	if (given === undefined) return {};
	if (!isJsonObject(given)) throw new Refusal(400, 'externalIdentifiers must be an object');
	refuseUnknown(given, 'externalIdentifiers.', ['clientUserId', 'shopifyId', 'klaviyoId', 'customIdentifiers'], settings);
	for (const name of ['clientUserId', 'shopifyId', 'klaviyoId']) {
		const value = given[name];
		if (value === undefined) continue;
		if (typeof value !== 'string' || value.trim() === '') throw new Refusal(400, `externalIdentifiers.${name} must not be null or empty`);
	}
	const { customIdentifiers } = given;
	if (customIdentifiers !== undefined) {
		if (!Array.isArray(customIdentifiers) || customIdentifiers.length === 0)
			throw new Refusal(400, 'externalIdentifiers.customIdentifiers must be a list');
		for (const entry of customIdentifiers) {
			if (!isJsonObject(entry)) throw new Refusal(400, 'customIdentifiers entries must be objects');
			refuseUnknown(entry, 'customIdentifiers.', ['name', 'value'], settings);
			for (const name of ['name', 'value']) {
				const value = entry[name];
				if (typeof value !== 'string' || value.trim() === '') throw new Refusal(400, `customIdentifiers.${name} must not be null or empty`);
			}
		}
	}
	return given;
}

/** The one sign-up unit that a subscribe call means. */
export function signUpUnitIn(body: JsonObject, settings: AttentiveSettings): SignUpUnit {
	const { signUpSourceId, locale, subscriptionType } = body;
	if (subscriptionType !== undefined && subscriptionType !== 'MARKETING' && subscriptionType !== 'TRANSACTIONAL') {
		throw new Refusal(400, 'subscriptionType must be MARKETING or TRANSACTIONAL');
	}
	if (locale !== undefined) {
		if (!isJsonObject(locale)) throw new Refusal(400, 'locale must be an object');
		refuseUnknown(locale, 'locale.', ['language', 'country'], settings);
		const { language, country } = locale;
		if (typeof language !== 'string' || !LANGUAGES.has(language))
			throw new Refusal(400, 'locale.language must be an ISO 639-1 code in lower case');
		if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country))
			throw new Refusal(400, 'locale.country must be an ISO 3166-1 alpha-2 code in upper case');
	}
	if (signUpSourceId !== undefined) {
		if (typeof signUpSourceId !== 'string' || signUpSourceId === '') throw new Refusal(400, 'signUpSourceId must be a non-empty string');
		const unit = settings.signUpUnits.find(({ id }) => id === signUpSourceId);
		// Whether an unknown source answers 400 or 404 is not documented.
		if (unit === undefined) throw new Refusal(400, 'signUpSourceId does not belong to an API sign-up unit of this company');
		// What happens to a locale or type that contradicts the source is not documented.
		if (subscriptionType !== undefined && subscriptionType !== unit.type)
			throw new Refusal(400, 'subscriptionType is not that of signUpSourceId');
		return unit;
	}
	if (!isJsonObject(locale)) throw new Refusal(400, 'signUpSourceId is required if locale is not present');
	if (subscriptionType === undefined) throw new Refusal(400, 'subscriptionType is required with locale');
	const matching = settings.signUpUnits.filter(
		(unit) => unit.type === subscriptionType && unit.language === locale.language && unit.country === locale.country,
	);
	const [unit] = matching;
	if (unit === undefined) throw new Refusal(400, 'No API sign-up unit matches locale and subscriptionType');
	if (matching.length > 1) throw new Refusal(400, 'Several API sign-up units match locale and subscriptionType');
	return unit;
}

/** Which subscriptions an unsubscribe call names; undefined: everything that the identifiers reach. */
export function subscriptionsIn(
	body: JsonObject,
	settings: AttentiveSettings,
): Array<{ type: SubscriptionType; channel: Channel }> | undefined {
	const { subscriptions } = body;
	if (subscriptions === undefined) return undefined;
	if (!Array.isArray(subscriptions)) throw new Refusal(400, 'subscriptions must be a list');
	if (subscriptions.length === 0) return undefined;
	return subscriptions.map((entry) => {
		if (!isJsonObject(entry)) throw new Refusal(400, 'subscriptions entries must be objects');
		refuseUnknown(entry, 'subscriptions.', ['type', 'channel'], settings);
		const type = TYPES.find((known) => known === entry.type);
		if (type === undefined) throw new Refusal(400, 'subscriptions.type must be MARKETING, TRANSACTIONAL or CHECKOUT_ABANDONED');
		if (entry.channel !== 'TEXT' && entry.channel !== 'EMAIL') throw new Refusal(400, 'subscriptions.channel must be TEXT or EMAIL');
		return { type, channel: entry.channel };
	});
}

/** Whether an unsubscribe call switches the confirmation to the person off. */
export function isConfirmationOff(body: JsonObject, settings: AttentiveSettings): boolean {
	const { notification } = body;
	if (notification === undefined) return false;
	if (!isJsonObject(notification)) throw new Refusal(400, 'notification must be an object');
	refuseUnknown(notification, 'notification.', ['disabled', 'language'], settings);
	const { disabled, language } = notification;
	if (disabled !== undefined && typeof disabled !== 'boolean') throw new Refusal(400, 'notification.disabled must be a boolean');
	if (language !== undefined && language !== 'en-US' && language !== 'fr-CA')
		throw new Refusal(400, 'notification.language must be en-US or fr-CA');
	return disabled === true;
}

/** ISO 639-1: the two-letter codes that the platform can name. */
function isoLanguages(): string[] {
	const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
	const letters = [...'abcdefghijklmnopqrstuvwxyz'];
	return letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => names.of(code) !== undefined);
}
