import type { IDataObject } from 'n8n-workflow';
import { credentialsFor, startAmperity, type NodeResult, type NodeRun } from '../../engine';
import { shareSimulator } from '../../engine/shareSimulator';
import type {
	AmperitySimulator,
	Fault,
	FaultHook,
	RecordedRequest,
	SimulatorOptions,
} from '../../simulator';

/** A look-up of 65 s takes a third of a second, and one that goes on for three minutes almost a whole one. */
export const SPEED = 200;

/** Seconds. A busy machine must neither use it up nor make a prompt failure late, for which a sixth counts. */
export const REQUEST_TIMEOUT = 3_000;

/** Retry On Fail. */
export const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };

/** An execution of the operation Start. */
export interface Starts extends Partial<NodeRun> {
	options?: IDataObject;
}

export const isStart = ({ method, path }: RecordedRequest) =>
	method === 'POST' && path.replace(/\/$/, '') === '/workflow/runs';

const isList = ({ method, path }: RecordedRequest) => method === 'GET' && path === '/workflow/runs';

const configOf = ({ body }: RecordedRequest) => (body as { config_id: string }).config_id;

let executions = 0;

/** Starts runs, and decides what goes wrong with it. */
export class Lab {
	/** Decides about each list of runs. */
	onList?: (request: RecordedRequest) => Fault | undefined;

	private readonly faults = new Map<string, Array<Fault | undefined>>();

	private readonly events = new Map<string, () => void>();

	constructor(readonly simulator: AmperitySimulator) {
		simulator.onRequest = this.hook;
	}

	/** Begins an execution that starts each of the configurations, as an item of its own. */
	begin(configIds: string[], { options, parameters, ...more }: Starts = {}) {
		return startAmperity({
			parameters: {
				configId: '={{ $json.config }}',
				options: { requestTimeout: REQUEST_TIMEOUT, ...options },
				...parameters,
			},
			items: configIds.map((config) => ({ config })),
			credentials: credentialsFor(this.simulator),
			executionId: `execution-${++executions}`,
			...more,
		});
	}

	/** Starts each of the configurations, as an item of its own. */
	async run(configIds: string[], starts?: Starts): Promise<NodeResult> {
		return await this.begin(configIds, starts).result;
	}

	/** Starts configurations plainly, so that the node learns their names and who it is. */
	async learn(configIds: string[], times = 1): Promise<NodeResult> {
		let result: NodeResult | undefined;
		for (let time = 0; time < times; time++) {
			result = await this.run(configIds, { staticData: result?.staticData });
			if (result.error) throw result.error;
		}
		return result!;
	}

	/** Lets the next starts of a configuration fail; undefined stands for one that does not. */
	failStarts(configId: string, ...faults: Array<Fault | undefined>): void {
		this.faults.set(configId, faults);
	}

	/** Lets something happen when the next start of a configuration arrives, before Amperity decides about it. */
	whenStarted(configId: string, happens: () => void): void {
		this.events.set(configId, happens);
	}

	/** The requests that start runs: all, or those of a configuration. */
	posts(configId?: string): RecordedRequest[] {
		const posts = this.simulator.requests.filter(isStart);
		return configId === undefined ? posts : posts.filter((post) => configOf(post) === configId);
	}

	/** The requests that read the list of runs. */
	lists(): RecordedRequest[] {
		return this.simulator.requests.filter(isList);
	}

	/** The configurations that requests have named, in the order of their arrival. */
	posted(): string[] {
		return this.posts().map(configOf);
	}

	/** The runs that were started for a configuration over the API. */
	idsOf(configId: string): string[] {
		return this.simulator.runsStartedFor(configId).map(({ id }) => id);
	}

	private readonly hook: FaultHook = (request) => {
		if (isList(request)) return this.onList?.(request);
		if (!isStart(request)) return undefined;
		const configId = configOf(request);
		const event = this.events.get(configId);
		this.events.delete(configId);
		event?.();
		return this.faults.get(configId)?.shift();
	};
}

/** Gives each test of a file, or of a `describe` block, an empty Amperity in which time passes faster. */
export function shareLab(
	use: (lab: Lab) => void,
	speed = SPEED,
	options: SimulatorOptions = {},
): void {
	let simulator: AmperitySimulator;
	shareSimulator(
		speed,
		(started) => {
			simulator = started;
		},
		// So fast a clock makes of a moment's delay a burst of requests, which is no concern here.
		{ rateLimit: false, ...options },
	);
	beforeEach(() => use(new Lab(simulator)));
}

export const jsonOf = ({ items }: Pick<NodeResult, 'items'>): IDataObject[] =>
	items.map(({ json }) => json);

/** That the item of a configuration is an error which says that a run may have started, and names these. */
export function expectReported(result: NodeResult, configId: string, candidates: string[]): void {
	const { error, items } = result;
	expect(items).toEqual([]);
	expect(error?.message).toContain(`A run of ${configId} may have started all the same`);
	const { run_ids, ...details } = (error!.context!.details ?? {}) as { run_ids?: string[] };
	expect(details).toMatchObject({ may_have_started: true });
	expect([...(run_ids ?? [])].sort()).toEqual([...candidates].sort());
	const text = /It may be (one of these runs|this run): /;
	if (candidates.length === 0) expect(error!.description).not.toMatch(text);
	else expect(error!.description).toMatch(text);
	for (const id of candidates) expect(error!.description).toContain(id);
}
