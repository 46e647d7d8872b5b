/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** How a server answers a request whose body has arrived. */
export type RawHandler = (request: RawRequest, response: ServerResponse) => void;

export interface RawRequest {
	method: string;
	/** With the query. */
	url: string;
	headers: IncomingMessage['headers'];
	body: string;
}

/** What a server shows to prove who it is. */
export interface Identity {
	key: string;
	cert: string;
}

/** A server that a test answers for, where the simulator is too well-behaved. */
export class RawServer {
	/** Requests that have arrived whole. */
	readonly requests: RawRequest[] = [];

	/** Connections that were opened, whether or not a request came over them. */
	connections = 0;

	private readonly sockets = new Set<Socket>();

	private constructor(
		private readonly server: Server,
		private readonly scheme: 'http' | 'https',
	) {
		server.on('connection', (socket: Socket) => {
			this.connections++;
			this.sockets.add(socket);
			socket.on('close', () => this.sockets.delete(socket));
			// A client may go away at any time.
			socket.on('error', () => undefined);
		});
	}

	/** @param identity makes it an HTTPS server */
	static async start(handler: RawHandler, identity?: Identity): Promise<RawServer> {
		const server = identity ? createTlsServer(identity) : createServer();
		const raw = new RawServer(server, identity ? 'https' : 'http');
		server.on('request', (message: IncomingMessage, response: ServerResponse) => {
			void raw.receive(message).then((request) => handler(request, response));
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return raw;
	}

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	/** Where the API would be: `http://127.0.0.1:PORT/api`. */
	get baseUrl(): string {
		return `${this.scheme}://127.0.0.1:${this.port}/api`;
	}

	async stop(): Promise<void> {
		const closed = once(this.server, 'close');
		this.server.close();
		for (const socket of this.sockets) socket.destroy();
		await closed;
	}

	private async receive(message: IncomingMessage): Promise<RawRequest> {
		let body = '';
		message.setEncoding('utf8');
		for await (const chunk of message) body += String(chunk);
		const { method = '', url = '', headers } = message;
		const request = { method, url, headers, body };
		this.requests.push(request);
		return request;
	}
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
