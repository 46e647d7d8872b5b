import type { IDataObject, INode } from 'n8n-workflow';
import { TenantMemory } from '../../nodes/Amperity/tenantMemory';
import type { RequestLimits } from '../../nodes/Amperity/transport/amperityRequest';
import type { AmperityClient } from '../../nodes/Amperity/transport/client';
import type { Account } from '../../nodes/Amperity/transport/credential';
import { ServerClock } from '../../nodes/Amperity/transport/serverClock';

/** One request that a client was asked for. */
export interface Asked {
	method: string;
	path: string;
	qs: IDataObject;
	limits: RequestLimits;
}

export const NODE: INode = {
	id: 'node-1',
	name: 'Amperity',
	type: 'n8n-nodes-amperity.amperity',
	typeVersion: 1,
	position: [0, 0],
	parameters: { authentication: 'amperityApi' },
};

export const accountNamed = (connection: string): Account => ({
	tenant: 'acme',
	credential: 'acme 1',
	connection,
	runUrl: () => undefined,
});

/** A client that asks nobody: a test answers in Amperity's place. */
export class FakeClient {
	readonly asked: Asked[] = [];

	timeoutMs = 60_000;

	/** Happens before a request is sent: it may have to wait for its turn. */
	awaitTurn: () => void | Promise<void> = () => {};

	/** @param answer gives the JSON of an answer, or throws */
	constructor(
		private readonly answer: (asked: Asked) => unknown,
		readonly account = accountNamed('connection-1'),
		private readonly memory = new TenantMemory(),
	) {}

	/** As the node sees it. */
	get client(): AmperityClient {
		return this as unknown as AmperityClient;
	}

	get clock(): ServerClock {
		return this.remembered(ServerClock);
	}

	remembered<T extends object>(Part: new () => T): T {
		return this.memory.part(Part);
	}

	withoutCancel(): this {
		return this;
	}

	async request<T>(
		{ method, path, qs = {}, read }: Omit<Asked, 'limits'> & { read(json: unknown): T | undefined },
		limits: RequestLimits = {},
	): Promise<T> {
		const asked = { method, path, qs, limits };
		this.asked.push(asked);
		await this.awaitTurn();
		limits.onSent?.(performance.now());
		const value = read(await this.answer(asked));
		if (value === undefined) throw new Error('This is not what was asked for');
		return value;
	}
}
