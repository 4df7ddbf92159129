/**
 * @param at milliseconds since 1970
 * @returns 'YYYY-MM-DD HH:MM:SS', UTC
 */
export function sqlTime(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
