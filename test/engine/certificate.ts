/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import type { Identity } from './rawServer';

/** Makes a self-signed certificate for a host, with OpenSSL's own program, so that no key is in the repository. */
export function makeIdentity(host = 'IP:127.0.0.1'): Identity {
	const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	try {
		execFileSync(
			'openssl',
			[
				...['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=test'],
				...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
				...['-addext', `subjectAltName=${host}`, '-keyout', key, '-out', cert],
			],
			{ stdio: 'pipe' },
		);
		return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/**
 * Has this process trust a certificate, as `NODE_EXTRA_CA_CERTS` does for one that starts with it.
 *
 * @returns ends the trust
 */
export function trust({ cert }: Identity): () => void {
	const { createSecureContext } = tls;
	const spy = jest
		.spyOn(tls, 'createSecureContext')
		.mockImplementation((options) =>
			createSecureContext({ ...options, ca: [...tls.rootCertificates, cert] }),
		);
	return () => spy.mockRestore();
}
