import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { credentialData, oAuth2CredentialData, type Lab } from '../n8n-host/lab';

export function testCredentials(lab: () => Lab): void {
	describe.each<[string, typeof credentialData, ICredentialDataDecryptedObject, RegExp]>([
		[
			'amperityApi',
			credentialData,
			{ accessToken: 'some-old-token' },
			/did not accept the access token/,
		],
		[
			'amperityOAuth2Api',
			oAuth2CredentialData,
			{ clientSecret: 'wrong' },
			/did not accept Client ID and Client Secret/,
		],
	])('%s', (type, dataFor, wrong, message) => {
		const test = async (changes: ICredentialDataDecryptedObject) => {
			const data = { ...dataFor(lab().simulator), ...changes };
			const credential = await lab().client.createCredential(type, data);
			return await lab().client.testCredential(credential, data);
		};

		it('is accepted when it is right', async () => {
			expect(await test({})).toMatchObject({ status: 'OK' });
			expect(lab().simulator.requests.at(-1)).toMatchObject({
				path: '/workflow/runs',
				status: 200,
			});
		});

		it('says what is wrong when it is refused', async () => {
			expect(await test(wrong)).toEqual({
				status: 'Error',
				message: expect.stringMatching(message),
			});
		});
	});
}
