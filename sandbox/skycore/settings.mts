import { commonDefaults, type CommonSettings } from '../settings/common.mts';

export type SkycoreCampaign = { id: number; title: string; keyword: string };

export type SkycoreSettings = CommonSettings & {
	overLimit: 'E106' | 'E113' | 'E120' | '429';
	/** The X of E106 "every X seconds". */
	e106Seconds: number;
	apiKeys: string[];
	user: string;
	passMd5: string;
	/** 'noRights' E105, 'notActivated' E109, 'ipRefused' E112. */
	account: 'active' | 'noRights' | 'notActivated' | 'ipRefused';
	/** Actions answered E107. */
	forbiddenActions: string[];
	/** By campaign reference. */
	campaigns: Record<string, SkycoreCampaign>;
	shortCode: string;
	brandName: string;
	blacklist: string[];
	/** What subscribe answers for somebody who texted STOP: E904, or success. The provider's pages disagree. */
	resubscribeAfterStop: 'refuse' | 'accept';
	/** Unsubscribing somebody who never was subscribed: E905, or success. Undocumented. */
	unsubscribeUnknown: 'refuse' | 'accept';
	optInPostbacks: boolean;
	inboundPostbacks: boolean;
	/** Separate address for inbound messages; '' = the main one. */
	inboundPostbackUrl: string;
	/** 'raw' XML body as documented, or in the form field `xml`. */
	postbackForm: 'raw' | 'form';
	/** 'current' as documented now; the others are the shapes of earlier years. */
	postbackShape: 'current' | 'campaignId2014' | 'flat2014' | 'notification2013';
	postbackContentType: string;
	/** Hours from UTC in time stamps. */
	utcOffsetHours: number;
};

export const SKYCORE_DEFAULTS: SkycoreSettings = {
	...commonDefaults(),
	overLimit: 'E113',
	e106Seconds: 2,
	apiKeys: ['sandboxSkycoreKey000000000000001'],
	user: 'sandbox@example.com',
	passMd5: '5f4dcc3b5aa765d61d8327deb882cf99',
	account: 'active',
	forbiddenActions: [],
	campaigns: {
		'spring-sale': { id: 1116, title: 'Spring Sale', keyword: 'JOIN' },
		'loyalty-club': { id: 1233, title: 'Loyalty & Friends', keyword: 'CLUB' },
		'1478': { id: 1478, title: 'My Campaign Name', keyword: 'NEWS' },
	},
	shortCode: '123456',
	brandName: 'My Brand Name',
	blacklist: ['16505550114'],
	resubscribeAfterStop: 'refuse',
	unsubscribeUnknown: 'refuse',
	optInPostbacks: true,
	inboundPostbacks: false,
	inboundPostbackUrl: '',
	postbackForm: 'raw',
	postbackShape: 'current',
	postbackContentType: 'text/xml',
	utcOffsetHours: -4,
};
