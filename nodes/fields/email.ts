import type { INodeProperties } from 'n8n-workflow';

/** The person's e-mail address, for providers that keep consent for both channels. */
export const emailField: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	default: '',
	placeholder: 'e.g. nathan@example.com',
	description: "The person's e-mail address. Consent to e-mail and consent to text messages are independent of each other.",
};
