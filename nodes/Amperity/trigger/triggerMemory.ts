import { Stride } from './stride';

/** What this process remembers of one trigger from poll to poll. A restart of n8n costs time and nothing else. */
export interface RememberedTrigger {
	/** n8n begins the next poll also where one takes longer than the interval. */
	isPolling: boolean;
	stride: Stride;
}

/** The triggers of one tenant. */
export class TriggerMemory {
	private readonly triggers = new Map<string, RememberedTrigger>();

	/** The memory of a trigger, whose name is unique in this process. */
	of(trigger: string): RememberedTrigger {
		const remembered = this.triggers.get(trigger) ?? { isPolling: false, stride: new Stride() };
		this.triggers.set(trigger, remembered);
		return remembered;
	}
}
