import { readFileSync } from 'node:fs';

const ROWS = readFileSync('docs/promises.md', 'utf8')
	.split('\n')
	.filter((line) => line.startsWith('| ') && !line.startsWith('| We promise') && !line.startsWith('| ---'))
	.map((line) => line.split('|').map((cell) => cell.trim()));

test('every promise says what was tried, and which test tries it', () => {
	expect(ROWS.length).toBeGreaterThan(25);
	for (const [, promise = '', shapes = '', tests = '', ...rest] of ROWS) {
		expect(rest).toEqual(['']);
		expect(promise).toMatch(/^[A-Z].*\.$/);
		expect([promise, shapes.length > 10]).toEqual([promise, true]);
		expect(tests).toMatch(/\.(test|e2e)\.mts\)/);
	}
});
