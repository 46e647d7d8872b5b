/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import dns from 'node:dns';
import { Socket } from 'node:net';

/** Lets the next connections of this process fail before anything is sent, with the code of the operating system. */
export function failConnects(code: string, times: number): jest.SpyInstance {
	const spy = jest.spyOn(Socket.prototype, 'connect');
	for (let i = 0; i < times; i++) {
		spy.mockImplementationOnce(function (this: Socket) {
			const error = new Error(`connect ${code} 192.0.2.1:443`);
			process.nextTick(() => this.destroy(Object.assign(error, { code, syscall: 'connect' })));
			return this;
		});
	}
	return spy;
}

/** Lets every look-up of a host name fail, as with a mistyped name, or without a name server. */
export function failLookups(code: string): jest.SpyInstance {
	const lookup = (host: string, ...rest: unknown[]) => {
		const callback = rest.at(-1) as (error: Error) => void;
		const error = new Error(`getaddrinfo ${code} ${host}`);
		const properties = { code, syscall: 'getaddrinfo', hostname: host };
		process.nextTick(callback, Object.assign(error, properties));
	};
	return jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
}
