import { orAborted } from '../../engine/pause';
import { settled } from '../../transport/settled';

/**
 * Lets the items of this process that want no second run of a configuration look and start one after the other:
 * else two could look at once and both start. A part of the tenant's memory. Other processes do not take part.
 */
export class ConfigurationTurns {
	/** By configuration: when the last one that came is done. */
	private readonly last = new Map<string, Promise<unknown>>();

	/**
	 * Does something when all that came before for the configuration is done, or at once when a signal fires.
	 *
	 * @throws what it throws
	 */
	async inTurn<T>(configId: string, something: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		const before = this.last.get(configId) ?? Promise.resolve();
		const done = orAborted(before, signal).then(something);
		// Whoever leaves the queue does not let the next one pass those before it.
		const last = Promise.all([before, settled(done)]);
		this.last.set(configId, last);
		void last.then(() => {
			if (this.last.get(configId) === last) this.last.delete(configId);
		});
		return await done;
	}
}
