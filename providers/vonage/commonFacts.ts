/** What every event of Vonage has: it names no campaign, no brand and no source, and knows no email. */
export const COMMON_FACTS = {
	provider: 'vonage',
	email: null,
	campaign: null,
	campaignTitle: null,
	brand: null,
	source: null,
} as const;

export const RECEIPT_WARNING = 'This is a delivery receipt, not a message that somebody wrote.';
export const NO_TIME_WARNING = 'Vonage gave no readable time.';
