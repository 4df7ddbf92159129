/**
 * `opt-out`: the whole message is an opt-out word. `opt-in`, `help`: likewise. `none`: anything else.
 */
export type TextMeaning = 'opt-out' | 'opt-in' | 'help' | 'none';

export interface TextClassification {
	meaning: TextMeaning;
	/** The recognised word in its usual spelling, e.g. `STOP`, `OPTOUT`; null when there is none. */
	keyword: string | null;
	/** True when the text may be meant as an opt-out although no rule says so by itself: somebody should read it. */
	needsReview: boolean;
}

/**
 * Revocation by itself after 47 CFR 64.1200(a)(11), and the words that carriers and providers act on.
 * https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm
 */
const OPT_OUT_WORDS = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT', 'ARRET'];
const OPT_IN_WORDS = ['START', 'UNSTOP'];
const HELP_WORDS = ['HELP', 'INFO', 'AIDE'];
/** A consent only where a request is pending, which a single text cannot tell. */
const ANSWER_WORDS = ['YES', 'Y', 'NO', 'N'];
const TWO_WORD_SPELLINGS = new Map([
	['STOP ALL', 'STOPALL'],
	['OPT OUT', 'OPTOUT'],
	['UN SUBSCRIBE', 'UNSUBSCRIBE'],
	['UN STOP', 'UNSTOP'],
]);

/** "Any reasonable means" counts as well, 47 CFR 64.1200(a)(10); these make a person worth asking. */
const POSSIBLE_OPT_OUT = new RegExp(
	[
		'\\b(?:STOP\\w*|UNSUB\\w*|END|QUIT|CANCEL\\w*|REVOK\\w*|OPT(?:ING|ED)? ?OUT|ARRET\\w*|CEASE|DESIST|SPAM|HARASS\\w*|LAWYER|ATTORNEY|SUE|TCPA)\\b',
		'\\b(?:STPO|SOTP|TSOP|STOPP|STO|SSTOP|UNSUSCRIBE|UNSUBCRIBE|CANCLE)\\b',
		"\\b(?:DO NOT|DON'?T|DNT|NO MORE|NEVER|NOT) (?:EVER )?(?:TEXT|TXT|MESSAGE|MESSAGES|MSG|CONTACT|CALL|SEND|SMS|WANT|TEXTS|TXTS|INTERESTED|CONSENT|AGREE)\\b",
		'\\bWITHDRAW\\w*\\b',
		'\\bOPT (?:ME|US|MY NUMBER|THIS NUMBER) OUT\\b',
		'\\b(?:REMOVE|DELETE|TAKE|LEAVE|LOSE|FORGET|ERASE) (?:ME|MY|US|THIS NUMBER|THE NUMBER|OUR)\\b',
		'^(?:PLEASE |PLS )?(?:REMOVE|DELETE)(?: PLEASE| PLS| IT| THIS)?$',
		'\\bOFF (?:YOUR|THE|THIS|UR) LIST\\b',
		'\\bWRONG (?:NUMBER|PERSON)\\b',
		'\\b(?:BAJA|ALTO|PARAR|PARE|CANCELAR|DETENER|SALIR|BORRAR|ELIMINAR)\\b',
		'\\bNO (?:QUIERO|DESEO|ME ENVIE\\w*|MANDE\\w*|ENVIE\\w*)\\b',
		'\\b(?:DESABONN\\w*|DESINSCRI\\w*)\\b',
		// Letters with blanks between them, in front of or behind other words.
		'\\b(?:S T O P|Q U I T|E N D)\\b',
	].join('|'),
);

const LONGEST_CONSIDERED = 2000;
/** A message that says nothing but opt-out words, however often, is one. */
const MOST_REPETITIONS = 20;

function simplified(text: string): string {
	return text
		.slice(0, LONGEST_CONSIDERED)
		.normalize('NFKD')
		.replace(/[\p{Mn}\p{Cf}\ufe0f]/gu, '')
		.replace(/[\u2018\u2019\u02bc]/gu, "'")
		.toUpperCase()
		.replace(/[^\p{L}\p{N}']+/gu, ' ')
		.replace(/(?<![\p{L}\p{N}])'+|'+(?![\p{L}\p{N}])/gu, '')
		.replace(/ +/g, ' ')
		.trim();
}

function joinedLetters(words: string): string {
	return /^(?:\p{L} )+\p{L}$/u.test(words) ? words.replace(/ /g, '') : words;
}

function keywordOf(words: string): string {
	return TWO_WORD_SPELLINGS.get(words) ?? joinedLetters(words);
}

function repeatedOptOut(words: string): string | null {
	const parts = words.split(' ');
	if (parts.length > MOST_REPETITIONS) return null;
	return parts.every((part) => OPT_OUT_WORDS.includes(part)) ? (parts[0] ?? null) : null;
}

/**
 * Says what a person's text means for their consent, as far as a keyword can.
 * Case, accents, punctuation, emoji, quotes, hyphens, full-width and invisible characters make no difference.
 *
 * @param text the message as received
 * @returns only a whole message that is a keyword has a meaning; a keyword inside a sentence asks for review, and so does a text that is too long to
 * be read to its end
 */
export function classifyText(text: string): TextClassification {
	const found = classified(text);
	if (text.length <= LONGEST_CONSIDERED || found.meaning === 'opt-out') return found;
	return { meaning: 'none', keyword: null, needsReview: true };
}

function classified(text: string): TextClassification {
	const words = simplified(text);
	const keyword = keywordOf(words);
	if (OPT_OUT_WORDS.includes(keyword)) return { meaning: 'opt-out', keyword, needsReview: false };
	if (OPT_IN_WORDS.includes(keyword)) return { meaning: 'opt-in', keyword, needsReview: false };
	if (HELP_WORDS.includes(keyword)) return { meaning: 'help', keyword, needsReview: false };
	if (ANSWER_WORDS.includes(keyword)) return { meaning: 'none', keyword, needsReview: keyword.startsWith('N') };
	const repeated = repeatedOptOut(words);
	if (repeated !== null) return { meaning: 'opt-out', keyword: repeated, needsReview: false };
	return { meaning: 'none', keyword: null, needsReview: POSSIBLE_OPT_OUT.test(words) };
}
