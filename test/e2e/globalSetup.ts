import { installHost } from '../n8n-host/installHost';

/** Installs n8n before the first test, outside of any test's time limit. */
export default async function globalSetup(): Promise<void> {
	await installHost();
}
