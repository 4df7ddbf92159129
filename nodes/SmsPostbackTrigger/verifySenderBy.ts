import type { INodeProperties } from 'n8n-workflow';

import type { ProviderName } from '../../consent/providerName';
import type { Verification } from './sender';

/** What 'Verify Sender By' holds when nothing shall be proved. Anything else, a value from elsewhere included, asks for a proof. */
export const NO_PROOF = 'none';

/**
 * @param provider whose postbacks are verified
 * @param verification its proofs
 * @returns the field 'Verify Sender By', and the notice that stands below it as long as it is 'None'
 */
export function verifySenderByFields(provider: ProviderName, { parameter, proofs, description, setUp }: Verification): INodeProperties[] {
	const defaultChoice = proofs[0].option.value;
	return [
		{
			displayName: 'Verify Sender By',
			name: parameter,
			type: 'options',
			options: [
				...proofs.map(({ option }) => option),
				{
					name: 'None',
					value: NO_PROOF,
					description: 'Accepts whatever arrives. Anyone who learns the URL can make up opt-ins and opt-outs.',
				},
			],
			default: defaultChoice,
			description,
			hint: setUp,
		},
		{
			displayName:
				'⚠ Nothing proves who sent a postback: anyone who learns the URL can opt people in and out. Use this only to try things out, or together with Allowed Addresses.',
			name: `${provider}NoProofNotice`,
			type: 'notice',
			default: '',
			displayOptions: { show: { [parameter]: [NO_PROOF] } },
		},
	];
}
