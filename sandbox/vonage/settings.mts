import { commonDefaults, type CommonSettings } from '../settings/common.mts';
import type { SignatureMethod } from './signature.mts';

export type VonageSettings = CommonSettings & {
	apiKey: string;
	apiSecret: string;
	signatureSecret: string;
	signatureMethod: SignatureMethod;
	/** true: calls with the API secret are refused. */
	onlySigned: boolean;
	/** How old or how far ahead a signed call may be. */
	timestampToleranceSeconds: number;
	errorShape: 'account' | 'problem' | 'sms';
	/** Errors of the XML endpoints: undocumented, so either. */
	xmlErrors: 'xml' | 'json';
	overLimit: '429' | 'status1';
	shortCode: string;
	/** Meaning of `opt-in-count`: undocumented. */
	countMeans: 'total' | 'page';
	/** Largest page, 0 = none stated. */
	maxPageSize: number;
	/** Whether somebody re-subscribed stays listed with `opt-in` true. */
	keepResubscribed: boolean;
	/** Managing a number that never opted out: undocumented. */
	manageUnknown: 'accept' | 'refuse';
	/** `MESSAGES`: as the Messages API posts it; the others are those of the SMS API. */
	postbackMethod: 'GET' | 'POST' | 'JSON' | 'MESSAGES';
	/** START, JOIN and UNSTOP lift the block. */
	optOutAssist: boolean;
	postbackSigned: boolean;
	/** Start with the six rows of the documentation's samples. */
	sampleRows: boolean;
};

export const VONAGE_DEFAULTS: VonageSettings = {
	...commonDefaults(),
	apiKey: 'abcd1234',
	apiSecret: 'SandboxSecret16c',
	signatureSecret: 'sandbox-signature-secret-0123456789abcdef',
	signatureMethod: 'md5hash',
	onlySigned: false,
	timestampToleranceSeconds: 300,
	errorShape: 'account',
	xmlErrors: 'xml',
	overLimit: '429',
	shortCode: '96167',
	countMeans: 'total',
	maxPageSize: 0,
	keepResubscribed: true,
	manageUnknown: 'accept',
	postbackMethod: 'GET',
	optOutAssist: false,
	postbackSigned: false,
	sampleRows: true,
};
