import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Compares two secrets in a time that tells nothing about either, not even their length.
 *
 * @param given what the sender showed; undefined when it showed none
 * @param expected what was agreed; a blank one matches nothing
 * @returns true when both are the same
 */
export function constantTimeEqual(given: string | undefined, expected: string): boolean {
	if (given === undefined || expected.trim() === '') return false;
	return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
	return createHash('sha256').update(text, 'utf8').digest();
}
