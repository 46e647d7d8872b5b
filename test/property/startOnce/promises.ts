import type { INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import type { AmperitySimulator, SimulatedRun } from '../../simulator';
import type { PlayedExecution } from './play';

/** What the node says of a start whose answer was lost and whose run was not found. */
const MAY_HAVE_STARTED = /may have started/;

/** How often each way through the node was taken. */
export type Ways = Record<
	| 'plain'
	| 'list'
	| 'earlierTry'
	| 'mayHaveStarted'
	| 'candidatesNamed'
	| 'refused'
	| 'startedAgain'
	| 'thrown'
	| 'otherRunBesideLostStart',
	number
>;

/** Nothing counted yet. */
export const noWays = (): Ways => ({
	plain: 0,
	list: 0,
	earlierTry: 0,
	mayHaveStarted: 0,
	candidatesNamed: 0,
	refused: 0,
	startedAgain: 0,
	thrown: 0,
	otherRunBesideLostStart: 0,
});

/** Checks what the node promises after one schedule, and counts which ways it took. */
export function checkPromises(
	simulator: AmperitySimulator,
	executions: PlayedExecution[],
	ways: Ways,
): string[] {
	const violations = executions.flatMap((execution) =>
		new ExecutionCheck(simulator, execution, ways).violations(),
	);
	const refused = simulator.requests.filter(({ status, fault }) => status === 400 && !fault);
	return [
		...violations,
		...refused.map(({ body }) => `Amperity could not accept ${JSON.stringify(body)}`),
		...simulator.validationErrors,
	];
}

class ExecutionCheck {
	constructor(
		private readonly simulator: AmperitySimulator,
		private readonly execution: PlayedExecution,
		private readonly ways: Ways,
	) {}

	violations(): string[] {
		const { result, configIds } = this.execution;
		return [
			...result.items.flatMap((item) => this.outputItem(item)),
			...result.errorItems.flatMap((item) => this.failedItem(item)),
			...configIds.flatMap((configId) => this.noSecondRun(configId)),
			...this.thrownError(),
			...this.noItemIsLost(),
			...this.noTokenIsSeen(),
		];
	}

	/** The run of an item. One that failed by the platform's fault and was replaced does not count. */
	private runOf(configId: string): SimulatedRun[] {
		return this.simulator.runsStartedFor(configId).slice(-1);
	}

	private configIdOf({ pairedItem }: INodeExecutionData): string {
		return this.execution.configIds[(pairedItem as IPairedItemData).item]!;
	}

	/** An item of the main output reports a run, or, with Continue (using regular output), an error. */
	private outputItem(item: INodeExecutionData): string[] {
		const { json } = item;
		if (json.error !== undefined) return this.failedItem(item);
		const way = { list: 'list', earlier_try: 'earlierTry' } as const;
		this.ways[way[json.start_confirmed_by as keyof typeof way] ?? 'plain']++;
		const run = this.simulator.store.find(String(json.id));
		const configId = this.configIdOf(item);
		if (run?.requestIndex !== undefined && run.configId === configId) return [];
		const owner = run?.requestIndex === undefined ? 'nobody of ours' : run.configId;
		return [`The item of ${configId} reports ${String(json.id)}, which ${owner} started`];
	}

	private failedItem(item: INodeExecutionData): string[] {
		const text = JSON.stringify(item.json);
		this.countError(text);
		const hidden = this.runOf(this.configIdOf(item)).filter((run) => !isAccountedFor(run, text));
		return hidden.map(({ id, configId }) => `The item of ${configId} hides ${id}: ${text}`);
	}

	private thrownError(): string[] {
		const { error } = this.execution.result;
		if (!error) return [];
		this.ways.thrown++;
		const text = [error.message, error.description, JSON.stringify(error.context)].join(' ');
		this.countError(text);
		const runs = this.execution.configIds.flatMap((configId) => this.runOf(configId));
		const hidden = runs.filter((run) => !isAccountedFor(run, text));
		return [
			...hidden.map(({ id, configId }) => `The error hides ${id} of ${configId}: ${text}`),
			...(/canceled/i.test(`${error.message} ${error.description}`)
				? [`n8n would take this for a cancel: ${text}`]
				: []),
			...(/^Node(Api|Operation)Error$/.test(error.name) ? [] : [`A raw error: ${error.name}`]),
		];
	}

	/** A second run is right only if the first was the platform's failure, and the node was tried again. */
	private noSecondRun(configId: string): string[] {
		const runs = this.simulator.runsStartedFor(configId);
		if (runs.length < 2) return [];
		this.ways.startedAgain++;
		const { tries } = this.execution.plan;
		const isRight =
			runs.length <= tries && runs.slice(1).every((run, i) => hadFailed(runs[i]!, run));
		return isRight ? [] : [`${configId} was started ${runs.length} times in ${tries} tries`];
	}

	private noItemIsLost(): string[] {
		const { result, plan, configIds } = this.execution;
		const { items, errorItems, error } = result;
		if (error) return plan.onError === 'stopWorkflow' ? [] : [`Thrown: ${error.message}`];
		const places = [...items, ...errorItems].map(({ pairedItem }) => pairedItem as IPairedItemData);
		const seen = places.map(({ item }) => item).sort();
		const isComplete = JSON.stringify(seen) === JSON.stringify([...configIds.keys()]);
		return isComplete ? [] : [`Items ${seen.join(', ')} came out of ${configIds.length}`];
	}

	private noTokenIsSeen(): string[] {
		const isSeen = JSON.stringify(this.execution.result.run).includes(this.simulator.token);
		return isSeen ? ['The token is in the result'] : [];
	}

	private countError(text: string): void {
		if (!MAY_HAVE_STARTED.test(text)) {
			this.ways.refused++;
			return;
		}
		this.ways.mayHaveStarted++;
		if (text.includes('may be one of these runs')) this.ways.candidatesNamed++;
		const others = this.simulator.runs.filter(({ requestIndex }) => requestIndex === undefined);
		if (others.length > 0) this.ways.otherRunBesideLostStart++;
	}
}

/** Whether an error names a run, or says of its configuration that one may have started. */
const isAccountedFor = ({ id, configId }: SimulatedRun, error: string): boolean =>
	error.includes(id) || error.includes(`A run of ${configId} may have started`);

/** Whether a run had ended as the platform's failure before the next one was started. */
function hadFailed({ stages }: SimulatedRun, next: SimulatedRun): boolean {
	const end = stages.at(-1);
	return end?.outcome === 'failed-platform' && end.from <= next.createdAt;
}
