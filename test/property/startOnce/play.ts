import { sleep } from 'n8n-workflow';
import { credentialsFor, runAmperity, type NodeResult } from '../../engine';
import type {
	AmperitySimulator,
	Fault,
	FaultHook,
	Principal,
	RecordedRequest,
	Scenario,
} from '../../simulator';
import {
	REQUEST_TIMEOUT,
	type ExecutionPlan,
	type ItemPlan,
	type OtherRunPlan,
	type Schedule,
} from './schedule';

/** One execution of a schedule, and what came of it. */
export interface PlayedExecution {
	plan: ExecutionPlan;
	/** The configuration of each item; no other item has it. */
	configIds: string[];
	result: NodeResult;
}

/** Another API key of the same tenant. */
const OTHER_KEY: Principal = { id: 'api-key-2', name: 'Another API key' };

const principalOf = ({ principal }: OtherRunPlan) =>
	principal === 'otherKey' ? OTHER_KEY : principal;

/** Two credentials of n8n that hold the same API key. Executions use them in turns. */
const CREDENTIALS = ['one', 'two'];

const credentialOf = (execution: number) => CREDENTIALS[execution % CREDENTIALS.length]!;

/** The token and the configurations of a schedule are its own, so that each can be told from all others. */
let played = 0;

/** Plays one schedule on a simulator and n8n's engine. */
export async function play(
	simulator: AmperitySimulator,
	schedule: Schedule,
): Promise<PlayedExecution[]> {
	const number = ++played;
	simulator.setToken(`token-of-schedule-${number}`);
	for (const credential of schedule.isKnown ? CREDENTIALS : []) {
		await startPlainly(simulator, credential, `cg-${number}-known-${credential}`);
	}
	const faults = new ScheduledFaults(simulator, schedule);
	simulator.onRequest = faults.hook;
	const executions = schedule.executions.map(async (plan, index) => {
		const configIds = plan.items.map(({ prefix }, item) => `${prefix}-${number}-${index}-${item}`);
		plan.items.forEach((item, place) => {
			simulator.setScenario(configIds[place]!, ...scenariosOf(item, schedule));
		});
		await sleep(plan.delayMs);
		const executionId = `${number}-${index}`;
		return {
			plan,
			configIds,
			result: await execute(simulator, credentialOf(index), plan, configIds, executionId),
		};
	});
	const results = await Promise.all(executions);
	await faults.untilAllAreOver();
	return results;
}

function scenariosOf(
	{ outcomes, durationMs, listLagMs, getLagMs }: ItemPlan,
	{ hidesPrincipal }: Schedule,
): Scenario[] {
	const hide: Scenario['hide'] = hidesPrincipal ? ['principal_id', 'principal_name'] : [];
	return outcomes.map((outcome) => ({ outcome, durationMs, listLagMs, getLagMs, hide }));
}

const nodeFor = (credential: string) => ({
	credentials: { amperityApi: { id: credential, name: 'Simulator' } },
});

/** A start to which nothing happens. */
async function startPlainly(
	simulator: AmperitySimulator,
	credential: string,
	configId: string,
): Promise<void> {
	const { error } = await runAmperity(simulator, {
		parameters: { configId, options: { requestTimeout: REQUEST_TIMEOUT } },
		settings: nodeFor(credential),
		executionId: `before ${configId}`,
	});
	if (error)
		throw new Error(
			`${error.message} ${error.description} ${JSON.stringify(error.context)} ${JSON.stringify(simulator.requests)}`,
		);
}

async function execute(
	simulator: AmperitySimulator,
	credential: string,
	plan: ExecutionPlan,
	configIds: string[],
	executionId: string,
): Promise<NodeResult> {
	return await runAmperity(simulator, {
		executionId,
		// The credential as it was when the schedule began: nobody renews the token meanwhile.
		credentials: credentialsFor(simulator),
		parameters: {
			configId: '={{ $json.configId }}',
			waitForCompletion: plan.waits,
			options: { requestTimeout: REQUEST_TIMEOUT, onUnsuccessful: plan.onUnsuccessful },
		},
		items: configIds.map((configId) => ({ configId })),
		settings: {
			...nodeFor(credential),
			onError: plan.onError,
			retryOnFail: plan.tries > 1,
			maxTries: plan.tries,
			waitBetweenTries: 1_000,
		},
	});
}

const isStart = ({ method, path }: RecordedRequest) =>
	method === 'POST' && path.replace(/\/$/, '') === '/workflow/runs';

const isList = ({ method, path }: RecordedRequest) => method === 'GET' && path === '/workflow/runs';

/** Lets everything happen that a schedule says. */
class ScheduledFaults {
	private readonly startFaults: Array<Fault | null>;

	private readonly listFaults: Array<Fault | null>;

	private readonly readFaults: Array<Fault | null>;

	private starts = 0;

	private readonly first: number;

	/** When the last late answer is given. Milliseconds since the epoch. */
	private lastAnswerAt = 0;

	private readonly token: string;

	constructor(
		private readonly simulator: AmperitySimulator,
		private readonly schedule: Schedule,
	) {
		this.startFaults = [...schedule.startFaults];
		this.listFaults = [...schedule.listFaults];
		this.readFaults = [...schedule.readFaults];
		this.first = simulator.requests.length;
		this.token = simulator.token;
	}

	readonly hook: FaultHook = (request, index) => {
		this.moveToken(index - this.first);
		if (isStart(request)) return this.startFault(request);
		const faults = isList(request) ? this.listFaults : this.readFaults;
		return faults.shift() ?? undefined;
	};

	/** Waits until what was accepted late has been accepted. */
	async untilAllAreOver(): Promise<void> {
		const left = this.lastAnswerAt - Date.now();
		if (left > 0) await sleep(left + 1_000);
	}

	private startFault(request: RecordedRequest): Fault | undefined {
		const number = this.starts++;
		const { config_id } = request.body as { config_id: string };
		const others = this.schedule.others.filter(({ atStart }) => atStart === number);
		for (const other of others) {
			if (other.when === 'before') this.startOther(other, config_id);
			// The simulator accepts a request before it does anything else.
			else queueMicrotask(() => this.startOther(other, config_id));
		}
		const fault = this.startFaults.shift() ?? undefined;
		if (fault && 'delayMs' in fault) this.lastAnswerAt = Date.now() + fault.delayMs;
		return fault;
	}

	private startOther(other: OtherRunPlan, configId: string): void {
		this.simulator.startRunAs({
			principal: principalOf(other),
			configId: other.sameConfig ? configId : `${configId.slice(0, 3)}other`,
			scenario: { durationMs: 10_000 },
		});
	}

	private moveToken(request: number): void {
		const { tokenGap } = this.schedule;
		if (!tokenGap) return;
		const { from, length } = tokenGap;
		if (request === from) this.simulator.revokeToken(this.token);
		if (request === from + length) {
			this.simulator.tokens.add(this.token, { tenant: this.simulator.tenant });
		}
	}
}
