import { DataDeduplicationService } from 'n8n-core';
import {
	sleep,
	type ICheckProcessedContextData,
	type ICheckProcessedOptions,
	type IDataDeduplicator,
	type IDeduplicationOutput,
} from 'n8n-workflow';

/** Between n8n's reading of a row and its writing. Milliseconds. */
const QUERY_MS = 2;

type Key = Parameters<IDataDeduplicator['checkProcessedAndRecord']>[0][number];

/**
 * What n8n's database keeps for nodes to tell what they have processed already: one row for each node. n8n reads a
 * row, adds to it and writes it back, so that of two processes that do so at once one is forgotten.
 */
export class N8nDatabase implements IDataDeduplicator {
	private rows = new Map<string, Key[]>();

	/** Whether it can be reached. */
	isWorking = true;

	/** All that was ever recorded. */
	private readonly recorded = new Set<Key>();

	/** What was asked about once more, and was forgotten because another process had written at the same time. */
	readonly lost: string[] = [];

	/** Who asks it: one that was killed gets no answer. Default: nobody was killed. */
	isAskedByTheDead: () => boolean = () => false;

	/** Gives it to n8n's engine, for the rest of the test file. */
	async connect(): Promise<void> {
		await DataDeduplicationService.init(this);
	}

	/** Empty, and in good health. */
	reset(): void {
		this.rows = new Map();
		this.recorded.clear();
		this.lost.length = 0;
		this.isWorking = true;
	}

	async checkProcessedAndRecord(
		items: Key[],
		_scope: string,
		{ workflow, node }: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const { rows } = this;
		await this.query();
		if (!this.isWorking) throw new Error('SQLITE_BUSY: database is locked');
		const name = `${workflow.id} ${node?.id}`;
		const row = rows.get(name) ?? [];
		const output: IDeduplicationOutput = { new: [], processed: [] };
		for (const item of items) output[row.includes(item) ? 'processed' : 'new'].push(item);
		// The node asks about the last one. Those before it are only recorded again.
		const forgotten = items.slice(-1).filter((key) => !row.includes(key) && this.recorded.has(key));
		this.lost.push(...forgotten.map(String));
		await this.query();
		for (const item of items) this.recorded.add(item);
		const kept = [...row, ...output.new];
		rows.set(name, maxEntries ? kept.slice(-maxEntries) : kept);
		await this.query();
		return output;
	}

	async removeProcessed(): Promise<void> {
		throw new Error('No node removes anything here');
	}

	async clearAllProcessedItems(): Promise<void> {
		throw new Error('No node clears anything here');
	}

	async getProcessedDataCount(): Promise<number> {
		throw new Error('No node counts anything here');
	}

	private async query(): Promise<void> {
		if (this.isAskedByTheDead()) await new Promise(() => undefined);
		await sleep(QUERY_MS);
		if (this.isAskedByTheDead()) await new Promise(() => undefined);
	}
}
