import { createHash } from 'node:crypto';

import { eventKey } from '../../../consent/event';

test('a key is the SHA-256 of its parts as JSON', () => {
	expect(eventKey(['SUB', 'N302', 1478, null, 'é'])).toBe(createHash('sha256').update('["SUB","N302",1478,null,"é"]').digest('hex'));
	expect(eventKey([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
});

test('a key tells apart what only looks alike', () => {
	const alike = [['1', '23'], ['12', '3'], ['123'], ['1', '2', '3'], ['123', ''], ['', '123'], [123], ['123', null], ['123', 'null'], ['1,23'], ['1","23']];
	expect(new Set(alike.map(eventKey)).size).toBe(alike.length);
	expect(eventKey(['a', 'b'])).toBe(eventKey(['a', 'b']));
});
