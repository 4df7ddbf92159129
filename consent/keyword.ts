/**
 * `opt-out`: the whole message is an opt-out word. `opt-in`: likewise, of a word that somebody's own list names, because no word opts in by itself.
 * `help`: likewise. `none`: anything else.
 */
export type TextMeaning = 'opt-out' | 'opt-in' | 'help' | 'none';

export interface TextClassification {
	meaning: TextMeaning;
	/** The recognised word in its usual spelling, e.g. `STOP`, `OPTOUT`; null when there is none. */
	keyword: string | null;
	/** True when the text may be meant as an opt-out although no rule says so by itself: somebody should read it. */
	needsReview: boolean;
}

/** Words or phrases that mean something to one account, besides those that mean it to everybody. Case, accents and punctuation make no difference. */
export interface OwnWords {
	/** Opt-outs where they are the whole message, and for somebody to read inside a longer one. They win over the others. */
	optOut?: readonly string[];
	/** Opt-ins where they are the whole message. */
	optIn?: readonly string[];
	/** For somebody to read, wherever they stand. */
	review?: readonly string[];
}

/**
 * Revocation by itself after 47 CFR 64.1200(a)(11), and the words that carriers and providers act on.
 * https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm
 */
const OPT_OUT_WORDS = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT', 'ARRET'];
const HELP_WORDS = ['HELP', 'INFO', 'AIDE'];
/** A consent only where the provider acts on it, or where a request is pending: a single text cannot tell. */
const ANSWER_WORDS = ['START', 'UNSTOP', 'YES', 'Y', 'NO', 'N'];
/** Nobody writes blanks between the words of these. */
const UNSPACED_SCRIPT = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const TWO_WORD_SPELLINGS = new Map([
	['STOP ALL', 'STOPALL'],
	['OPT OUT', 'OPTOUT'],
	['UN SUBSCRIBE', 'UNSUBSCRIBE'],
	['UN STOP', 'UNSTOP'],
]);

/** "Any reasonable means" counts as well, 47 CFR 64.1200(a)(10); these make a person worth asking. */
const POSSIBLE_OPT_OUT = new RegExp(
	[
		'\\b(?:STOP\\w*|UNSUB\\w*|END|QUIT|CANCEL\\w*|REVOK\\w*|OPT(?:ING|ED)? ?OUT|ARRET\\w*|CEASE|DESIST|DISCONTINUE|UNENROLL?|UNLIST|DNC|DND|SPAM|HARASS\\w*|LAWYER|ATTORNEY|SUE|SUING|LEGAL ACTION|ILLEGAL|FCC|TCPA)\\b',
		'\\b(?:STPO|SOTP|TSOP|STOPP|STO|SSTOP|STAHP|UNSUSCRIBE|UNSUBCRIBE|CANCLE)\\b',
		"\\b(?:DO NOT|DON'?T|DNT|NO MORE|NEVER|NOT) (?:EVER )?(?:TEXT|TXT|MESSAGE|MESSAGES|MSG|CONTACT|CALL|SEND|SMS|WANT|TEXTS|TXTS|INTERESTED|CONSENT|AGREE)\\b",
		'\\bNO LONGER (?:INTERESTED|WANT|WISH|NEED|AGREE|CONSENT|MY)\\b',
		'^(?:PLEASE |PLS )?NO (?:MAS|SMS|TEXTS?|TXTS?|MSGS?|MESSAGES?)(?: PLEASE| PLS| ANYMORE| EVER)?$',
		'^(?:PLEASE |PLS )?(?:NO MORE|ENOUGH|NO THANKS?|NO THANK YOU|NO THX)(?: PLEASE| PLS)?$',
		'\\b(?:DO NOT|DONT) DISTURB\\b',
		"\\b(?:GO AWAY|GET LOST|FUCK OFF|PISS OFF|I'M OUT|IM OUT|WANT OUT|LET ME OUT)\\b",
		'\\b(?:BLOCK|EXCLUDE|UNLIST) (?:ME|US|MY NUMBER)\\b',
		'\\bTURN (?:THIS|THESE|THEM|IT) OFF\\b',
		"\\b(?:NEVER|DID NOT|DIDN'T|DIDNT) (?:SIGN|SIGNED|SUBSCRIBED?|AGREED?|ASK|ASKED)\\b",
		'\\bNOT MY (?:NUMBER|PHONE)\\b',
		'\\b(?:NEW OWNER|BELONGS TO SOME(?:ONE|BODY) ELSE|WHO GAVE YOU|HOW DID YOU GET MY)\\b',
		'\\bREPORT(?:ING|ED)? YOU\\b',
		'\\bWITHDRAW\\w*\\b',
		'\\bOPT (?:ME|US|MY NUMBER|THIS NUMBER) OUT\\b',
		'\\b(?:REMOVE|DELETE|TAKE|LEAVE|LOSE|FORGET|ERASE) (?:ME|MY|US|THIS NUMBER|THE NUMBER|OUR)\\b',
		'^(?:PLEASE |PLS )?(?:REMOVE|DELETE)(?: PLEASE| PLS| IT| THIS)?$',
		'\\bOFF (?:YOUR|THE|THIS|UR) LIST\\b',
		'\\bWRONG (?:NUMBER|PERSON)\\b',
		'\\b(?:BAJA|ALTO|PARAR|PARE|CANCELAR|DETENER|SALIR|BORRAR|ELIMINAR)\\b',
		'\\b(?:BASTA|DESUSCRIB\\w*|QUITAR\\w*|QUITEN?ME|DEJ(?:A|E|EN|AR) DE|SAIR|ABMELDEN|ABBESTELLEN)\\b',
		'\\b(?:NO MOLEST\\w*|YA NO ME|PARA YA)\\b',
		'\\b(?:NE PLUS|PLUS DE (?:MESSAGES|SMS|TEXTOS?)|ME RETIRER|RETIREZ MOI|ANNULER)\\b',
		'СТОП|停止|解除|退订|退訂',
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

/** A message or a word of a list in its usual spelling; one without any letter or digit, such as an emoji, as it is. */
function keywordIn(text: string): string {
	const words = simplified(text);
	return words === '' ? bare(text) : keywordOf(words);
}

function bare(text: string): string {
	return text
		.slice(0, LONGEST_CONSIDERED)
		.normalize('NFKC')
		.replace(/[\p{Cf}\p{Mn}]/gu, '')
		.trim();
}

function usualSpellings(words: readonly string[] = []): string[] {
	return words.map(keywordIn).filter((word) => word !== '');
}

function stands(phrase: string, text: string, words: string): boolean {
	if (!/[\p{L}\p{N}]/u.test(phrase)) return bare(text).includes(phrase);
	return UNSPACED_SCRIPT.test(phrase) ? words.includes(phrase) : ` ${words} `.includes(` ${phrase} `);
}

function repeatedOptOut(words: string, optOutWords: readonly string[]): string | null {
	const parts = words.split(' ');
	if (parts.length > MOST_REPETITIONS) return null;
	return parts.every((part) => optOutWords.includes(part)) ? (parts[0] ?? null) : null;
}

/**
 * Says what a person's text means for their consent, as far as a keyword can.
 * Case, accents, punctuation, emoji, quotes, hyphens, full-width and invisible characters make no difference.
 *
 * @param text the message as received
 * @param own words of the account besides
 * @returns only a whole message that is a keyword has a meaning; a keyword inside a sentence asks for review, and so does a text that is too long to
 * be read to its end
 */
export function classifyText(text: string, own: OwnWords = {}): TextClassification {
	const found = classified(text, own);
	if (text.length <= LONGEST_CONSIDERED || found.meaning === 'opt-out') return found;
	return { meaning: 'none', keyword: null, needsReview: true };
}

function classified(text: string, own: OwnWords): TextClassification {
	const words = simplified(text);
	const keyword = keywordIn(text);
	const ownOptOut = usualSpellings(own.optOut);
	const optOutWords = [...OPT_OUT_WORDS, ...ownOptOut];
	if (optOutWords.includes(keyword)) return { meaning: 'opt-out', keyword, needsReview: false };
	if (usualSpellings(own.optIn).includes(keyword)) return { meaning: 'opt-in', keyword, needsReview: false };
	const namedForReview = [...ownOptOut, ...usualSpellings(own.review)].some((phrase) => stands(phrase, text, words));
	if (HELP_WORDS.includes(keyword)) return { meaning: 'help', keyword, needsReview: namedForReview };
	if (ANSWER_WORDS.includes(keyword)) return { meaning: 'none', keyword, needsReview: namedForReview || keyword.startsWith('N') };
	const repeated = repeatedOptOut(words, optOutWords);
	if (repeated !== null) return { meaning: 'opt-out', keyword: repeated, needsReview: false };
	return { meaning: 'none', keyword: null, needsReview: namedForReview || POSSIBLE_OPT_OUT.test(words) };
}
