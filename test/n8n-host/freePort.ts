/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { createServer } from 'node:net';

/** A free port of the loopback interface: the preferred one if nothing listens there. */
export async function freePort(preferred = 0): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())));
		server.listen(preferred, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address !== null ? address.port : preferred;
			server.close(() => resolve(port));
		});
	});
}
