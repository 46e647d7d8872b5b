import type { N8nProcess, N8nProcesses } from '../n8n/n8nProcess';

/** A process, and what n8n knows of it. */
class Slot {
	/** Executions that it runs. */
	readonly running = new Set<Promise<unknown>>();

	readonly death: Promise<'died'>;

	isOver = false;

	private die = () => {};

	constructor(readonly process: N8nProcess) {
		this.death = new Promise((resolve) => {
			this.die = () => resolve('died');
		});
	}

	/** Ends the process. */
	end(): void {
		this.isOver = true;
		this.process.kill();
	}

	/** The process dies while it works, and others notice. */
	crash(): void {
		this.end();
		this.die();
	}
}

/** The processes of n8n by their numbers in the plans. In the place of one that has ended a new one begins. */
export class ProcessSlots {
	private readonly slots: Array<Promise<Slot> | undefined> = [];

	constructor(private readonly processes: N8nProcesses) {}

	/** Runs something in the process at a place; `died` if that dies before the end. */
	async run<T>(
		place: number,
		begin: (process: N8nProcess, crash: () => void) => Promise<T>,
	): Promise<{ process: N8nProcess; outcome: T | 'died' }> {
		return await this.inLiving(place, (slot) => {
			const work = begin(slot.process, () => slot.crash());
			const end = Promise.race([work, slot.death]);
			slot.running.add(end);
			const ended = end.finally(() => slot.running.delete(end));
			return ended.then((outcome) => ({ process: slot.process, outcome }));
		});
	}

	/** Ends the process at a place as soon as it has nothing to do. */
	async restart(place: number): Promise<void> {
		for (;;) {
			const running = await this.inLiving(place, (slot) => {
				const left = [...slot.running];
				if (left.length === 0) slot.end();
				return left;
			});
			if (running.length === 0) return;
			await Promise.all(running);
		}
	}

	/** Ends all processes, which have nothing to do. */
	async restartAll(): Promise<void> {
		for (const slot of this.slots.splice(0)) (await slot)?.end();
	}

	/** Does something with a process that certainly lives at that moment. */
	private async inLiving<T>(place: number, work: (slot: Slot) => T): Promise<Awaited<T>> {
		for (;;) {
			const slot = await (this.slots[place] ??= this.begin());
			if (!slot.isOver) return await work(slot);
			this.slots[place] = undefined;
		}
	}

	private async begin(): Promise<Slot> {
		return new Slot(await this.processes.begin());
	}
}
