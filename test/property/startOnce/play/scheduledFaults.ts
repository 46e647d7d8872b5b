/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import type {
	AmperitySimulator,
	Fault,
	FaultHook,
	Principal,
	RecordedRequest,
} from '../../../simulator';
import type { OtherRunPlan, Schedule } from '../schedule';
import type { PlayedItem } from './playedItem';

/** Another API key of the same tenant. */
const OTHER_KEY: Principal = { id: 'api-key-2', name: 'Another API key' };

const PRINCIPALS = {
	automated: 'automated',
	person: 'person',
	otherKey: OTHER_KEY,
	sameKey: 'api',
} as const;

/** Whether a request starts a run. */
export const isStart = ({ method, path }: RecordedRequest) =>
	method === 'POST' && path.replace(/\/$/, '') === '/workflow/runs';

/** Whether a request reads the list of runs, or a page of it. */
export const isList = ({ method, path }: RecordedRequest) =>
	method === 'GET' && path === '/workflow/runs';

/** Lets everything happen in Amperity, and on the way to it, that a schedule says. */
export class ScheduledFaults {
	private readonly startFaults: Array<Fault | null>;

	private readonly listFaults: Array<Fault | null>;

	private readonly readFaults: Array<Fault | null>;

	private starts = 0;

	private strangers = 0;

	/** Requests that came before. */
	private readonly first: number;

	private readonly token: string;

	/** When the last thing happens that was begun. Milliseconds since 1970. */
	private overAt = 0;

	constructor(
		private readonly simulator: AmperitySimulator,
		private readonly schedule: Schedule,
		private readonly items: PlayedItem[],
	) {
		this.startFaults = [...schedule.startFaults];
		this.listFaults = [...schedule.listFaults];
		this.readFaults = [...schedule.readFaults];
		this.first = simulator.requests.length;
		this.token = simulator.token;
	}

	/** Milliseconds until everything has happened. */
	get overInMs(): number {
		return Math.max(0, this.overAt - Date.now());
	}

	/** What happens to a request. */
	readonly hook: FaultHook = (request, index) => {
		this.moveToken(index - this.first);
		if (isStart(request)) return this.startFault(request);
		const faults = isList(request) ? this.listFaults : this.readFaults;
		return faults.shift() ?? undefined;
	};

	private startFault(request: RecordedRequest): Fault | undefined {
		const number = this.starts++;
		const { config_id } = request.body as { config_id: string };
		for (const plan of this.schedule.others) {
			if (plan.atStart === number) this.startOther(plan, config_id);
		}
		const fault = this.startFaults.shift() ?? undefined;
		const delays = { acceptedAfterMs: 0, delayMs: 0, ...fault };
		this.happensIn(delays.acceptedAfterMs + delays.delayMs + 60_000);
		return fault;
	}

	private startOther(plan: OtherRunPlan, configId: string): void {
		const start = () => {
			const { simulator } = this;
			const stranger = `${configId.slice(0, 3)}stranger-${++this.strangers}`;
			simulator.startRunAs({
				principal: PRINCIPALS[plan.principal],
				configId: plan.isSameConfig ? configId : stranger,
				createdAt: simulator.clock.now() + Math.min(0, plan.afterMs),
				scenario: {
					durationMs: plan.durationMs,
					name: plan.isSameConfig ? this.nameOf(configId) : `Feed of ${stranger}`,
				},
			});
		};
		if (plan.afterMs <= 0) start();
		else setTimeout(start, plan.afterMs);
		this.happensIn(plan.afterMs + 1_000);
	}

	private nameOf(configId: string): string | undefined {
		return this.items.find((item) => item.configId === configId)?.name;
	}

	private happensIn(milliseconds: number): void {
		this.overAt = Math.max(this.overAt, Date.now() + milliseconds);
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
