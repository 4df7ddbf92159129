import type { ConsentEventAction } from '../../consent/event';
import { classifyText, type OwnWords, type TextClassification } from '../../consent/keyword';

const KEYWORD_ONLY =
	'The text is longer than its keyword. It counts as an opt-out because Vonage blocks the number on that word; read it to be sure.';

/** What a message that somebody wrote says about consent. */
export interface MessageMeaning extends Pick<TextClassification, 'keyword' | 'needsReview'> {
	action: Extract<ConsentEventAction, 'opt-in' | 'opt-out' | 'message'>;
	warnings: string[];
}

/**
 * @param text what the person wrote; null where the message has none
 * @param keyword its first word, as Vonage found it; null where Vonage gave none
 * @param own words of the account
 * @returns `opt-in` only for a word that `own` names: Vonage acts on such words where the account has Opt-Out Assist, and on none elsewhere
 * @see https://developer.vonage.com/en/opt-out-assist/technical-details
 */
export function meaningOfMessage(text: string | null, keyword: string | null, own: OwnWords): MessageMeaning {
	const byText = classifyText(text ?? '', own);
	// Vonage itself acts on the words that everybody knows, wherever the text goes on; the account's own have to be the whole text.
	const byKeyword = classifyText(keyword ?? '', text === null ? own : {});
	if (byText.meaning === 'opt-out') return { action: 'opt-out', keyword: byText.keyword, needsReview: false, warnings: [] };
	if (byKeyword.meaning === 'opt-out') {
		const isSure = text === null;
		return { action: 'opt-out', keyword: byKeyword.keyword, needsReview: !isSure, warnings: isSure ? [] : [KEYWORD_ONLY] };
	}
	const optIn = [byText, byKeyword].find(({ meaning }) => meaning === 'opt-in');
	if (optIn !== undefined) return { action: 'opt-in', keyword: optIn.keyword, needsReview: false, warnings: [] };
	return {
		action: 'message',
		keyword: byText.keyword ?? byKeyword.keyword,
		needsReview: byText.needsReview || byKeyword.needsReview,
		warnings: [],
	};
}
