import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** The text in a field of a credential, without spaces around it. Empty if there is none. */
export function textOf(credentials: ICredentialDataDecryptedObject, field: string): string {
	const value = credentials[field];
	return typeof value === 'string' ? value.trim() : '';
}
