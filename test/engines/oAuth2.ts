import type { INodeParameters } from 'n8n-workflow';
import { amperity, runParameters, startParameters } from '../e2e/workflows';
import { oAuth2CredentialData, type Lab } from '../n8n-host/lab';
import type { SavedCredential } from '../n8n-host/N8nClient';
import { run } from './run';

export function testOAuth2(lab: () => Lab): void {
	let credential: SavedCredential;

	const issued = () => lab().simulator.tokenExchanges.flatMap(({ token }) => token ?? []);

	/** Lets n8n have a token, which Amperity then takes back, and runs the node. */
	const runWithRevokedToken = async (parameters: INodeParameters) => {
		await run(lab(), amperity(credential, { operation: 'getMany' }));
		expect(issued()).toHaveLength(1);
		lab().simulator.revokeToken(issued()[0]!);
		return await run(lab(), amperity(credential, parameters));
	};

	const expectRenewedOnce = () => {
		expect(issued()).toHaveLength(2);
		const { headers, status } = lab().simulator.requests.at(-1)!;
		expect(headers.authorization).toBe(`Bearer ${issued()[1]}`);
		expect(status).toBeLessThan(300);
	};

	beforeEach(async () => {
		credential = await lab().client.createCredential(
			'amperityOAuth2Api',
			oAuth2CredentialData(lab().simulator),
		);
	});

	it('is renewed where a start is refused, and one run is started', async () => {
		const execution = await runWithRevokedToken(startParameters('cg-renewed'));

		expect(execution.error?.message).toBeUndefined();
		const started = lab().simulator.runsStartedFor('cg-renewed');
		expect(started).toHaveLength(1);
		expect(execution.json('Amperity')).toMatchObject([{ id: started[0]!.id }]);
		expectRenewedOnce();
	});

	it('is renewed for a look at a run', async () => {
		const { id } = lab().simulator.startRunAs({ principal: 'person' });
		const execution = await runWithRevokedToken(runParameters('get', id));

		expect(execution.error?.message).toBeUndefined();
		expect(execution.json('Amperity')).toMatchObject([{ id }]);
		expectRenewedOnce();
	});
}
