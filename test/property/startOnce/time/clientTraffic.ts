/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Node.js tells of each HTTP request of this computer process when it is sent. */
const CHANNEL = 'http.client.request.start';

/** The HTTP requests of this computer process that are under way. */
export class ClientTraffic {
	private readonly open = new Set<ClientRequest>();

	/** @param onSent told of each request, in the asynchronous context of who sends it */
	constructor(private readonly onSent: (request: ClientRequest) => void = () => undefined) {
		subscribe(CHANNEL, this.listener);
	}

	/**
	 * Whether anything happens on the wire: a request that no answer was read of yet, unless a server holds it back.
	 *
	 * @param isHeld whether a server holds the answer to the client at this port back
	 */
	isBusy(isHeld: (clientPort: number) => boolean): boolean {
		return [...this.open].some(({ socket }) => {
			const port = (socket as ClientRequest['socket'] | null)?.localPort;
			return port === undefined || !isHeld(port);
		});
	}

	/** Watches no more. */
	end(): void {
		unsubscribe(CHANNEL, this.listener);
	}

	private readonly listener = (message: unknown): void => {
		const { request } = message as { request: ClientRequest };
		this.open.add(request);
		request.once('close', () => this.open.delete(request));
		this.onSent(request);
	};
}

/** Tells from which port a request is sent, before it is. */
export function whenConnected(request: ClientRequest, then: (port: number) => void): void {
	const onSocket = (socket: Socket) => {
		if (socket.localPort === undefined) socket.once('connect', () => then(socket.localPort!));
		else then(socket.localPort);
	};
	if (request.socket) onSocket(request.socket);
	else request.once('socket', onSocket);
}
