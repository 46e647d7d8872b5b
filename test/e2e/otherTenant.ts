import { credentialData, type Lab } from '../n8n-host/lab';
import type { SavedCredential } from '../n8n-host/N8nClient';
import { AmperitySimulator, type SimulatorOptions } from '../simulator';

/** A further tenant of Amperity, with a clock and faults of its own, and a credential for it. */
export interface OtherTenant {
	simulator: AmperitySimulator;
	credential: SavedCredential;
}

const simulators: AmperitySimulator[] = [];

afterAll(async () => {
	for (const simulator of simulators.splice(0)) {
		expect(simulator.validationErrors).toEqual([]);
		await simulator.stop();
	}
});

/** Makes a tenant that is there until the tests of the file are over. */
export async function otherTenant(
	{ client }: Lab,
	tenant: string,
	options: SimulatorOptions = {},
): Promise<OtherTenant> {
	const simulator = await AmperitySimulator.start({ tenant, ...options });
	simulators.push(simulator);
	const credential = await client.createCredential('amperityApi', credentialData(simulator));
	return { simulator, credential };
}
