import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/**
 * @param description what the choice means for this provider
 * @returns the choice 'Shared Secret' of 'Verify Sender By'
 */
export function sharedSecretOption(description: string): INodePropertyOptions {
	return { name: 'Shared Secret', value: 'secret', description };
}

export const withoutProofOption: INodePropertyOptions = {
	name: 'None',
	value: 'none',
	description: 'Accept whatever arrives. Whoever learns the URL can make up opt-ins and opt-outs.',
};

/**
 * @param provider whose notice it is
 * @param parameter the name of the provider's 'Verify Sender By'
 * @returns the notice that stands below it as long as it is 'None'
 */
export function noProofNotice(provider: string, parameter: string): INodeProperties {
	return {
		displayName:
			'⚠ Nothing proves who sent a postback. Anyone who learns the URL can opt people in and out. Use this for trying out, or together with Allowed Addresses.',
		name: `${provider}NoProofNotice`,
		type: 'notice',
		default: '',
		displayOptions: { show: { [parameter]: ['none'] } },
	};
}
