import { classifyText } from '../../../consent/keyword';

describe('the words that are a revocation by themselves', () => {
	it.each([
		['stop', 'STOP'],
		['quit', 'QUIT'],
		['end', 'END'],
		['revoke', 'REVOKE'],
		['opt out', 'OPTOUT'],
		['cancel', 'CANCEL'],
		['unsubscribe', 'UNSUBSCRIBE'],
		['STOPALL', 'STOPALL'],
		['STOP ALL', 'STOPALL'],
		['OPTOUT', 'OPTOUT'],
		['opt-out', 'OPTOUT'],
		['Opt  Out', 'OPTOUT'],
		['ARRÊT', 'ARRET'],
		[' Stop. ', 'STOP'],
		['"STOP"', 'STOP'],
		["'Stop!'", 'STOP'],
		['“stop”', 'STOP'],
		['S.T.O.P.', 'STOP'],
		['s t o p', 'STOP'],
		['ＳＴＯＰ', 'STOP'],
		['st\u200bop', 'STOP'],
		['🛑 STOP 🛑', 'STOP'],
		['STOP STOP STOP', 'STOP'],
		['Stop\nUnsubscribe', 'STOP'],
	])('%p', (text, keyword) => {
		expect(classifyText(text)).toEqual({ meaning: 'opt-out', keyword, needsReview: false });
	});
});

it.each([
	['START', 'none', 'START'],
	['unstop', 'none', 'UNSTOP'],
	['Help', 'help', 'HELP'],
	['INFO?', 'help', 'INFO'],
	['YES', 'none', 'YES'],
	['y', 'none', 'Y'],
])('%p is %s', (text, meaning, keyword) => {
	expect(classifyText(text)).toEqual({ meaning, keyword, needsReview: false });
});

it.each([
	'Please stop texting me',
	'STOP 2 END',
	"don't text me again",
	'DON’T CONTACT ME',
	'no more messages',
	'Remove me from this list',
	'take me off',
	'leave me alone',
	'wrong number',
	'STPO',
	'stopp',
	'unsubcribe',
	'how do I opt out?',
	'this is harassment',
	'not interested',
	'No',
	'why did I get this, I never want texts. cancel please',
])('%p asks for review', (text) => {
	expect(classifyText(text)).toMatchObject({ meaning: 'none', needsReview: true });
});

it.each(['', '🙂', 'Thanks!', 'shop', 'See you at the bus station', 'weekend plans?', 'friend', 'constructor', '__proto__', 'toString'])(
	'%p is an ordinary message',
	(text) => {
		expect(classifyText(text)).toEqual({ meaning: 'none', keyword: null, needsReview: false });
	},
);

it('reads very long messages at once', () => {
	const started = performance.now();
	classifyText('STOP '.repeat(200_000));
	classifyText("'".repeat(200_000));
	expect(performance.now() - started).toBeLessThan(500);
});
