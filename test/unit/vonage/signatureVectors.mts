import type { SignatureMethod } from '../../../providers/vonage/signature.ts';
import vectors from '../../fixtures/vonage/signatures.json';

/** Parameters with the signatures that Vonage's documents and account settings give for them. */
export interface SignatureVector {
	name: string;
	secret: string;
	parameters: Record<string, string>;
	signatures: Partial<Record<SignatureMethod, string>>;
	/** What libraries give that do not follow the documented algorithm. */
	wrong?: Partial<Record<SignatureMethod, string>>;
}

export const VECTORS = vectors as unknown as SignatureVector[];
