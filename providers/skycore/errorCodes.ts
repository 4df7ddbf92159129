import type { FailureMeaning } from '../../consent/failure';

export const CHECK_KEY = 'Copy the API key again from the API Settings page of your Skycore account into the credential.';
const ASK_MANAGER = 'Ask your Skycore account manager to switch it on, then run the item again.';
const CHECK_CAMPAIGN = "Compare 'Campaign Reference' with the reference of the campaign in your Skycore account.";
const USE_CAMPAIGN_ID =
	"If the account names its campaigns by number instead of by reference: enter that number in 'Campaign ID' under 'Additional Fields', which replaces the reference.";
const CHECK_NUMBER = 'Compare the number with your source; Skycore wants it with country code.';
const ONLY_FRESH_CONSENT =
	"Don't try again. Only the person can come back: by texting the campaign keyword, or with a new opt-in that you can prove (SMS Resubscribe).";
const OPTED_OUT_OR_WRONG =
	'If the person opted out earlier, only they can come back: by texting the campaign keyword, or with a new opt-in that you can prove (SMS Resubscribe). If they did not, check the number with them: a landline, for example, gets no texts.';
const TREAT_AS_OPTED_OUT =
	'Treat the person as opted out on your side, and unsubscribe the number in the Skycore Audience Manager if it is still listed there.';
const SLOW_DOWN = "Lower 'Calls per Second' in the options of the node; the API Settings page shows the limit of your account.";

/**
 * Every documented code of the actions that concern consent, including codes of older manuals that accounts still see.
 * http://apidocs.skycore.com/HTTP_API/MESSAGING/subscribe.html
 */
export const ERROR_CODES: ReadonlyMap<string, FailureMeaning> = new Map<string, FailureMeaning>([
	[
		'E100',
		{
			kind: 'input',
			message: 'Skycore could not read the request, or a value is missing',
			remedy: 'Check that every required field of the item is filled.',
		},
	],
	[
		'E101',
		{
			kind: 'input',
			message: 'Skycore does not know the requested action',
			remedy: "Check 'Base URL' in the credential: it has to be the one of Skycore's messaging API, version 1.3.",
		},
	],
	['E102', { kind: 'credentials', message: 'Skycore received no API key', remedy: CHECK_KEY }],
	[
		'E103',
		{
			kind: 'credentials',
			message: 'Skycore wants a password for this account, in addition to the API key',
			remedy: 'Ask your Skycore account manager to allow calls with the API key alone.',
		},
	],
	['E104', { kind: 'credentials', message: 'Skycore does not accept the API key', remedy: CHECK_KEY }],
	['E105', { kind: 'permission', message: "The Skycore account isn't allowed to use the API", remedy: ASK_MANAGER }],
	['E106', { kind: 'rate', message: 'Skycore refused the call because it came too soon after the one before', remedy: SLOW_DOWN }],
	['E107', { kind: 'permission', message: "The Skycore account isn't allowed to use this action", remedy: ASK_MANAGER }],
	[
		'E108',
		{
			kind: 'input',
			message: 'Skycore could not read the XML of the request',
			remedy: "Look for unusual characters in the item's values; the provider's text names the place. Sending by GET avoids XML.",
		},
	],
	['E109', { kind: 'permission', message: 'The API is not activated for the Skycore account', remedy: ASK_MANAGER }],
	['E110', { kind: 'number', message: 'Skycore does not accept the phone number', remedy: CHECK_NUMBER }],
	[
		'E111',
		{
			kind: 'input',
			message: 'Skycore does not accept the short code',
			remedy: 'Check which short code the campaign uses in your Skycore account.',
		},
	],
	[
		'E112',
		{
			kind: 'permission',
			message: 'Skycore does not allow calls from the address of this n8n',
			remedy: 'Add the public IP address of your n8n to the allow-list on the API Settings page of your Skycore account.',
		},
	],
	['E113', { kind: 'rate', message: 'Skycore refused the call because too many calls for this action came at once', remedy: SLOW_DOWN }],
	['E114', { kind: 'opted-out', message: 'Skycore has this number on its block list', remedy: ONLY_FRESH_CONSENT }],
	[
		'E120',
		{
			kind: 'quota',
			message: 'The Skycore account has used up its API calls',
			remedy: 'Wait until the limit on the API Settings page resets, or have it raised. Then run the remaining items.',
		},
	],
	['E503', { kind: 'temporary', message: 'Skycore had an internal problem', remedy: 'Run the item again later.' }],
	[
		'E713',
		{
			kind: 'quota',
			message: 'Skycore refused the call because of a billing problem of the account',
			remedy: 'Settle it with Skycore, then run the remaining items.',
		},
	],
	['E714', { kind: 'input', message: "The campaign is missing, or Skycore doesn't know it", remedy: CHECK_CAMPAIGN }],
	['E715', { kind: 'input', message: 'The number is not subscribed to this campaign', remedy: CHECK_CAMPAIGN }],
	['E718', { kind: 'input', message: 'Skycore received no campaign reference', remedy: "Fill in 'Campaign Reference'." }],
	['E721', { kind: 'input', message: 'Skycore does not know the campaign reference', remedy: CHECK_CAMPAIGN }],
	['E901', { kind: 'number', message: 'Skycore received no phone number', remedy: "Fill in 'Phone Number'." }],
	[
		'E902',
		{
			kind: 'input',
			message: 'Skycore received no campaign ID',
			remedy: USE_CAMPAIGN_ID,
		},
	],
	[
		'E903',
		{
			kind: 'input',
			message: 'Skycore does not know the campaign ID',
			remedy: `Compare it with the campaign's number in your Skycore account. ${USE_CAMPAIGN_ID}`,
		},
	],
	[
		'E904',
		{
			kind: 'not-eligible',
			message:
				'Skycore could not subscribe this number and does not say why: the person may have opted out earlier, or the number cannot get texts',
			remedy: OPTED_OUT_OR_WRONG,
		},
	],
	[
		'E905',
		{
			kind: 'number',
			message: 'Skycore could not unsubscribe this number; it may not be subscribed to this campaign',
			remedy: TREAT_AS_OPTED_OUT,
		},
	],
	['E911', { kind: 'number', message: 'Skycore received no email address', remedy: 'Fill in the email address.' }],
	['E912', { kind: 'input', message: 'Skycore does not know the campaign ID of the email campaign', remedy: CHECK_CAMPAIGN }],
	[
		'E913',
		{
			kind: 'not-eligible',
			message:
				'Skycore could not subscribe this email address and does not say why: the person may have opted out earlier, or the address is wrong',
			remedy: 'Check the address. If the person opted out earlier, only they can return, by a new opt-in that you can prove.',
		},
	],
	['E914', { kind: 'number', message: 'Skycore could not unsubscribe this email address', remedy: TREAT_AS_OPTED_OUT }],
	['E915', { kind: 'opted-out', message: 'The owner of this email address opted out before', remedy: ONLY_FRESH_CONSENT }],
	['E916', { kind: 'number', message: 'Emails to this address came back before', remedy: 'Ask the person for an address that works.' }],
	['E917', { kind: 'opted-out', message: 'The owner of this email address reported spam before', remedy: ONLY_FRESH_CONSENT }],
	['E918', { kind: 'opted-out', message: 'This account opted the email address out before', remedy: ONLY_FRESH_CONSENT }],
]);
