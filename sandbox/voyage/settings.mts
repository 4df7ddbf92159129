import { commonDefaults, type CommonSettings } from '../settings/common.mts';

export type VoyageCampaign = { doubleOptIn: boolean; active: boolean; keyword: string };

export type VoyageSettings = CommonSettings & {
	/** By campaign id. */
	campaigns: Record<string, VoyageCampaign>;
	shortCode: string;
	/** Header in which an API key is demanded; '' = the documented, unauthenticated call. */
	apiKeyHeader: string;
	apiKey: string;
	errorForm: 'text' | 'jsonString' | 'jsonObject';
};

export const VOYAGE_DEFAULTS: VoyageSettings = {
	...commonDefaults(),
	campaigns: {
		'1234': { doubleOptIn: false, active: true, keyword: 'JOIN' },
		'5678': { doubleOptIn: true, active: true, keyword: 'CLUB' },
		'9999': { doubleOptIn: true, active: false, keyword: '' },
	},
	shortCode: '99222',
	apiKeyHeader: '',
	apiKey: 'sandbox-voyage-key',
	errorForm: 'text',
};
