import { installHost } from '../n8n-host/installHost';
import { ENGINES } from './engines';

/** Installs each n8n before the first test, outside of any test's time limit. */
export default async function globalSetup(): Promise<void> {
	await Promise.all(ENGINES.map(async (version) => await installHost(version)));
}
