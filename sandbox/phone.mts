/** '+1 650 242-6055' -> '16502426055' */
export function digits(number: string): string {
	return number.replace(/\D/g, '');
}
