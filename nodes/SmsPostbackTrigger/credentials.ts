import type { ICredentialsDisplayOptions, ICredentialTestFunction, INodeCredentialDescription } from 'n8n-workflow';

import { PROVIDER_PARAMETER, whileChosen } from '../fields/form';
import type { PostbackSender, SenderProof } from './sender';
import { SENDERS } from './senders';

interface ProofUse {
	sender: PostbackSender;
	proof: SenderProof;
}

const PROOF_USES: ProofUse[] = SENDERS.flatMap((sender) => sender.verification.proofs.map((proof) => ({ sender, proof })));

/** Every credential that a sender proves itself by, or that the trigger registers itself with at a provider. */
export const NEEDED_CREDENTIALS: readonly INodeCredentialDescription[] = [
	...[...new Set(PROOF_USES.map(({ proof }) => proof.credentialType))].map(proofCredential),
	...SENDERS.flatMap(({ registration }) => registration?.credentials ?? []),
];

/** Tests of the credential types that have none of their own, by the names that the node's description gives in `testedBy`. */
export const CREDENTIAL_TESTS: Record<string, ICredentialTestFunction> = Object.fromEntries(
	PROOF_USES.flatMap(({ proof: { credentialTest } }) => (credentialTest === undefined ? [] : [[credentialTest.name, credentialTest.test]])),
);

/**
 * @param type a credential type that some sender needs
 * @returns the choices for which the trigger asks for it
 */
export function whileNeeded(type: string): ICredentialsDisplayOptions {
	const displayOptions = NEEDED_CREDENTIALS.find(({ name }) => name === type)?.displayOptions;
	if (displayOptions === undefined) throw new Error(`No sender of postbacks needs the credential ${type}`);
	return displayOptions;
}

/** Senders that share a type share an entry, because n8n finds a node's credential by its type; so they name field and choice alike. */
function proofCredential(type: string): INodeCredentialDescription {
	const uses = PROOF_USES.filter(({ proof }) => proof.credentialType === type);
	const choices = Object.fromEntries(uses.map(({ sender, proof }) => [sender.verification.parameter, [proof.option.value]]));
	const testedBy = uses[0]?.proof.credentialTest?.name;
	return {
		name: type,
		required: true,
		displayOptions: whileChosen({ [PROVIDER_PARAMETER]: uses.map(({ sender }) => sender.provider), ...choices }),
		...(testedBy !== undefined && { testedBy }),
	};
}
