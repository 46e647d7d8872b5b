import { monotonicNow } from '../../credentials/monotonicClock';

/** A tenant that nothing has been asked of for so long is forgotten. Milliseconds. */
const LIFETIME_MS = 24 * 3_600_000;

/**
 * What this process remembers of one tenant. Amperity counts requests and knows runs by tenant, so it is
 * shared by all nodes, executions and credentials. Each part belongs to the file of its class.
 */
export class TenantMemory {
	private readonly parts = new Map<new () => object, object>();

	/** When it was last used, by the monotonic clock. Milliseconds. */
	usedAt = monotonicNow();

	/** The part of a class, which is made when it is first asked for. */
	part<T extends object>(Part: new () => T): T {
		this.usedAt = monotonicNow();
		const part = this.parts.get(Part) ?? new Part();
		this.parts.set(Part, part);
		return part as T;
	}
}

const tenants = new Map<string, TenantMemory>();

/**
 * The memory of a tenant.
 *
 * @param tenant its ID in lower case: however its address is spelled, it is the same tenant
 */
export function memoryOf(tenant: string): TenantMemory {
	const now = monotonicNow();
	for (const [other, { usedAt }] of tenants) {
		if (now - usedAt > LIFETIME_MS) tenants.delete(other);
	}
	const memory = tenants.get(tenant) ?? new TenantMemory();
	memory.usedAt = now;
	tenants.set(tenant, memory);
	return memory;
}

/** Forgets all tenants, as a new process has. For tests. */
export const forgetTenants = (): void => tenants.clear();
