import { PREFIXES_BY_TIME_ZONES } from './phoneTimeZones';
import { utcIso } from './time';

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1_440;
const MS_PER_DAY = MINUTES_PER_DAY * MS_PER_MINUTE;
/** Zones whose hours never meet are given up after as many looks; two days are behind each pair of them. */
const MOST_LOOKS_AHEAD = 12;

/** Between which times of their own day people may be texted, in minutes since midnight. */
export interface TextingHours {
	fromMinute: number;
	/** The first minute at which they may not any more. */
	untilMinute: number;
}

/** What the clock says where a person is. */
export interface RecipientHours {
	/** ISO 8601 with the offset there; null where nothing tells the zone. Of several zones it is the one that decides. */
	recipientTime: string | null;
	/** True, too, where nothing tells the zone. */
	quietHours: boolean;
	/** ISO 8601 in UTC: when the quiet hours end; null where they are not on, or where no hour is right in all zones. */
	textAgainFrom: string | null;
}

/** Made by the first who asks: most workflows never do. */
let zonesByPrefix: ReadonlyMap<string, readonly string[]> | undefined;

function readZones(): ReadonlyMap<string, readonly string[]> {
	return new Map(
		PREFIXES_BY_TIME_ZONES.flatMap(([timeZones, prefixes]) => {
			const zones = timeZones.split(' ');
			return prefixes.split(' ').map((prefix) => [prefix, zones] as const);
		}),
	);
}

/**
 * Tells where a number was given out. Its owner may have moved.
 *
 * @param e164 as `readPhone` gives it
 * @returns names of the IANA database, several where the number does not decide; none where nobody knows
 */
export function timeZonesOfPhone(e164: string): readonly string[] {
	zonesByPrefix ??= readZones();
	const digits = e164.slice(1);
	for (let length = digits.length; length > 0; length -= 1) {
		const zones = zonesByPrefix.get(digits.slice(0, length));
		if (zones !== undefined) return zones;
	}
	return [];
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
	const known = clocks.get(timeZone);
	if (known !== undefined) return known;
	const clock = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	});
	clocks.set(timeZone, clock);
	return clock;
}

/** Abbreviations such as EST are left out: they mean winter all year round, and a text would come an hour too late. */
const AREA_AND_PLACE = /^[a-z]+(?:\/[a-z0-9_+-]+)+$/i;

/**
 * @param text e.g. `America/Chicago`, in any case
 * @returns the name of a zone; undefined for what is none
 */
export function readTimeZone(text: string): string | undefined {
	const name = text.trim().replace(/ /g, '_');
	if (!AREA_AND_PLACE.test(name)) return undefined;
	try {
		return clockOf(name).resolvedOptions().timeZone;
	} catch {
		return undefined;
	}
}

/** @returns what clocks on a wall there show, as if it were UTC */
function wallClockMs(timeZone: string, atMs: number): number {
	const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
	for (const { type, value } of clockOf(timeZone).formatToParts(atMs)) parts[type] = Number(value);
	const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
	return Date.UTC(year, month - 1, day, hour, minute, second);
}

function minuteOfDay(timeZone: string, atMs: number): number {
	return Math.floor((wallClockMs(timeZone, atMs) % MS_PER_DAY) / MS_PER_MINUTE);
}

function isQuiet(timeZone: string, atMs: number, { fromMinute, untilMinute }: TextingHours): boolean {
	const minute = minuteOfDay(timeZone, atMs);
	return minute < fromMinute || minute >= untilMinute;
}

/** When clocks there will next show a time of day, today's included only if it is still to come. */
function nextTimeOfDay(timeZone: string, atMs: number, minute: number): number {
	const wallMs = wallClockMs(timeZone, atMs);
	const midnightMs = wallMs - (wallMs % MS_PER_DAY);
	const todayMs = midnightMs + minute * MS_PER_MINUTE;
	const targetMs = todayMs > wallMs ? todayMs : todayMs + MS_PER_DAY;
	const offsetAt = (ms: number): number => wallClockMs(timeZone, ms) - Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND;
	// Twice, because the clocks may be changed in between.
	const nearMs = targetMs - offsetAt(targetMs - offsetAt(atMs));
	return targetMs - offsetAt(nearMs);
}

function quietUntil(timeZone: string, atMs: number, hours: TextingHours): number {
	return isQuiet(timeZone, atMs, hours) ? nextTimeOfDay(timeZone, atMs, hours.fromMinute) : atMs;
}

function firstHourForAll(zones: readonly string[], nowMs: number, hours: TextingHours): number | undefined {
	let atMs = nowMs;
	for (let look = 0; look < MOST_LOOKS_AHEAD; look += 1) {
		const laterMs = Math.max(...zones.map((zone) => quietUntil(zone, atMs, hours)));
		if (laterMs === atMs) return atMs;
		atMs = laterMs;
	}
	return undefined;
}

function highest(zones: readonly string[], valueOf: (zone: string) => number): string {
	return zones.reduce((best, zone) => (valueOf(zone) > valueOf(best) ? zone : best));
}

/** The zone that keeps one from texting longest; where none does, the one where the quiet hours begin first. */
function decidingZone(zones: readonly string[], nowMs: number, hours: TextingHours): string {
	const zone = highest(zones, (each) => quietUntil(each, nowMs, hours));
	return isQuiet(zone, nowMs, hours) ? zone : highest(zones, (each) => minuteOfDay(each, nowMs));
}

function localIso(timeZone: string, atMs: number): string {
	const wallMs = wallClockMs(timeZone, atMs);
	const offsetMinutes = Math.round((wallMs - atMs) / MS_PER_MINUTE);
	const two = (value: number): string => String(value).padStart(2, '0');
	const distance = Math.abs(offsetMinutes);
	const offset = `${two(Math.floor(distance / MINUTES_PER_HOUR))}:${two(distance % MINUTES_PER_HOUR)}`;
	return `${new Date(wallMs).toISOString().slice(0, 19)}${offsetMinutes < 0 ? '-' : '+'}${offset}`;
}

/**
 * Says whether a text would come at night. Of several zones the strictest counts: it is quiet as long as it is quiet in one of them.
 *
 * @param zones names of the IANA database
 * @param nowMs Unix milliseconds
 * @param hours in which texts are all right
 */
export function recipientHoursIn(zones: readonly string[], nowMs: number, hours: TextingHours): RecipientHours {
	if (zones.length === 0) return { recipientTime: null, quietHours: true, textAgainFrom: null };
	const recipientTime = localIso(decidingZone(zones, nowMs, hours), nowMs);
	const fromMs = firstHourForAll(zones, nowMs, hours);
	const quietHours = fromMs !== nowMs;
	const textAgainFrom = quietHours && fromMs !== undefined ? utcIso(fromMs) : null;
	return { recipientTime, quietHours, textAgainFrom };
}

const TIME_OF_DAY = /^(\d{1,2})(?:[:.]?([0-5]\d))?\s*([ap])?\.?\s?m?\.?$/i;
const NOON_HOUR = 12;

/**
 * @param text e.g. `8`, `08:30`, `8 am`, `9 p.m.`, `21:00`, `24:00`
 * @returns minutes since midnight; undefined for what is no time of day
 */
export function readTimeOfDay(text: string): number | undefined {
	const [, hourText = '', minuteText = '0', half] = TIME_OF_DAY.exec(text.trim()) ?? [];
	if (hourText === '') return undefined;
	const isTwelveHours = half !== undefined;
	const written = Number(hourText);
	if (isTwelveHours && (written < 1 || written > NOON_HOUR)) return undefined;
	const hour = isTwelveHours ? (written % NOON_HOUR) + (half.toLowerCase() === 'p' ? NOON_HOUR : 0) : written;
	const minute = hour * MINUTES_PER_HOUR + Number(minuteText);
	return minute <= MINUTES_PER_DAY ? minute : undefined;
}
