import { classifyText } from '../../../consent/keyword';

const meaningOf = (text: string) => classifyText(text).meaning;

describe('apostrophes', () => {
	test.each(["stop'", "'stop", "''stop''", "STOP' ALL", "STOP 'ALL'", "STOP ' ALL", '‘STOP’ ALL', "stop '' '' all"])(
		'around words say nothing: %s',
		(text) => {
			expect(meaningOf(text)).toBe('opt-out');
		},
	);

	test.each(["s'top", 's’top', 's‘top', 'sʼtop', "9'stop", "stop'9"])('inside words belong to them: %s', (text) => {
		expect(classifyText(text)).toMatchObject({ meaning: 'none', keyword: null });
	});
});

describe('spaced letters', () => {
	test.each(['s t o p', 'S. T. O. P.', 'q u i t'])('%s is one word', (text) => {
		expect(meaningOf(text)).toBe('opt-out');
	});

	test.each(['ST O P', 'S TOP', 'S T OP', '1 S T O P', 'S T O P 2'])('%s is not', (text) => {
		expect(meaningOf(text)).toBe('none');
	});
});

test.each([
	['un subscribe', 'opt-out', 'UNSUBSCRIBE'],
	['Un-Subscribe', 'opt-out', 'UNSUBSCRIBE'],
	['un stop', 'none', 'UNSTOP'],
	['UN-STOP!', 'none', 'UNSTOP'],
	['aide', 'help', 'AIDE'],
	['n', 'none', 'N'],
])('%s is %s', (text, meaning, keyword) => {
	expect(classifyText(text)).toMatchObject({ meaning, keyword });
});

test('nothing but opt-out words is one, up to twenty of them; more are for somebody to read', () => {
	expect(classifyText('STOP '.repeat(20))).toEqual({ meaning: 'opt-out', keyword: 'STOP', needsReview: false });
	expect(classifyText('STOP '.repeat(21))).toEqual({ meaning: 'none', keyword: null, needsReview: true });
	expect(classifyText('quit end')).toEqual({ meaning: 'opt-out', keyword: 'QUIT', needsReview: false });
	expect(meaningOf('stop start')).toBe('none');
});

test('the first two thousand characters count', () => {
	expect(classifyText(`${'a '.repeat(998)}stop`).needsReview).toBe(true);
	// What is not read to its end may say anything.
	for (const text of [`${'a '.repeat(1_000)}stop`, 'a'.repeat(2_001), `START${' '.repeat(2_000)}not me`, `HELP${'!'.repeat(2_000)}`]) {
		expect(classifyText(text)).toEqual({ meaning: 'none', keyword: null, needsReview: true });
	}
	expect(classifyText(`STOP${' '.repeat(3_000)}`)).toMatchObject({ meaning: 'opt-out', needsReview: false });
});

describe('texts that somebody should read', () => {
	test.each([
		'stopping this',
		'unsub me',
		'the end',
		'i quit this list',
		'cancelled',
		'revoking consent',
		'opting out',
		'opted out',
		'please opt out',
		'arretez svp',
		'cease this',
		'desist now',
		'this is spam',
		'my lawyer will call',
		'my attorney will call',
		'i will sue you',
		'tcpa violation',
		'sotp it',
		'tsop it',
		'sto it',
		'sstop it',
		'unsuscribe me',
		'cancle it',
		'do not text me',
		'do not ever text me',
		'dont message me',
		'never contact me',
		'not call me',
		'never send this',
		'no more sms',
		'i never want this',
		'no more texts',
		'delete me',
		'leave us',
		'take my number off',
		'remove us please',
		'wrong person here',
		'baja por favor',
		'alto por favor',
		'parar por favor',
		'cancelar por favor',
		'detener por favor',
		'lose my number',
		'opt me out',
		'remove',
		'Remove please.',
		'take this number off your list',
		'I do not consent',
		'i withdraw my consent',
		'dont txt me',
		'S T O P now',
		'please s-t-o-p',
		'salir',
		'no quiero recibir',
		'no me envien mas',
		'désabonner',
		'me désinscrire svp',
		'please unenroll me',
		'no more',
		'No thanks',
		'no sms please',
		'no longer interested',
		'Go away!',
		"I'm out",
		'I want out',
		'block me',
		'exclude me from this',
		'turn these off',
		'please discontinue messages',
		'do not disturb',
		'DND',
		'stahp',
		'I never signed up for this',
		"didn't subscribe",
		'not my number anymore',
		'new owner of this number',
		'this number belongs to someone else',
		'who gave you my number',
		'I am reporting you',
		'this is illegal',
		'no más',
		'basta',
		'no molestar',
		'desuscribir',
		'deje de mandar',
		'quítenme de la lista',
		'ne plus recevoir',
		'plus de messages svp',
		'annuler',
		'Стоп',
		'请停止',
		'退订',
	])('%s', (text) => {
		expect(classifyText(text)).toEqual({ meaning: 'none', keyword: null, needsReview: true });
	});

	test.each([
		'nonstop fun',
		'can I send it to someone else?',
		'is it no longer available?',
		'I got no messages from you',
		'drop my order at the door',
		'drop me a line',
		'no text yet, where is my code?',
		'how do I report this issue',
		'no problem',
		'blocked road today',
		'good enough for me',
		'bend it',
		'desistance',
		'suede shoes',
		'spammy',
		'remove the lid',
		'how do i remove the stain',
		'lose weight now',
		'take the money',
		'no problem',
		'the list is long',
		'altogether',
		'not now',
		'do not worry',
		'wrong size',
		'opt in',
		'no'.repeat(3),
	])('but not: %s', (text) => {
		expect(classifyText(text).needsReview).toBe(false);
	});
});
