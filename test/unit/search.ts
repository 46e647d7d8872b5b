import { sleep } from 'n8n-workflow';
import { LearntIdentities } from '../../nodes/Amperity/runs/configuration/learntIdentities';
import { LookUp, type LookUpLimits } from '../../nodes/Amperity/runs/start/lookUp';
import type { LostStart } from '../../nodes/Amperity/runs/start/lostStart';
import { OwnStarts } from '../../nodes/Amperity/runs/configuration/ownStarts';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { FakeClient, type Asked } from './fakeClient';

/** When the start failed. */
export const NOON = Date.UTC(2026, 9, 1, 12);

/** Seconds after the failure. */
export const seconds = () => (Date.now() - NOON) / 1_000;

/** Our run, created while the request was under way. */
export const OURS: WorkflowRun = {
	id: 'wf-ours',
	name: 'Daily',
	type: 'courier-group',
	principal_id: 'key-1',
	created_at: new Date(NOON - 500).toISOString(),
};
export const named = (id: string, more: Partial<WorkflowRun> = {}) => ({ ...OURS, id, ...more });

/** A start that failed at noon, and Amperity as it shows runs since then. */
export class Search {
	readonly looksAt: number[] = [];

	/** Between which times of creation the last look was. */
	asksFor: unknown[] = [];

	readonly readsOf: string[] = [];

	readonly limits: LookUpLimits & { signal?: AbortSignal } = {
		mayStartAgain: () => true,
		mayTakeOver: () => true,
	};

	lost: LostStart = {
		executionId: '1',
		configId: 'cg-1',
		cause: 'No answer came from Amperity',
		facts: '',
		spans: [{ from: NOON - 1_000, to: NOON }],
		isPromptOutage: true,
		looks: [],
		timesStartedAgain: 0,
	};

	/** Gives the runs of a list. */
	list: () => WorkflowRun[] = () => [];

	/** Happens with every look. */
	onLook: () => void = () => {};

	/** How long the list takes, in milliseconds. */
	listTakes: () => number = () => 0;

	/** Names of campaigns by ID, if their list can be read. */
	campaigns: Record<string, string> | undefined;

	campaignsRead = 0;

	readonly fake = new FakeClient((asked) => this.answer(asked));

	readonly own = this.fake.remembered(OwnStarts);

	lookUp!: LookUp;

	/**
	 * @param answers how many plain answers have told what our runs are like
	 * @param knowsTime whether any answer has told Amperity's time
	 */
	constructor(answers = 2, knowsTime = true) {
		if (knowsTime) this.tellTime(0);
		const identities = this.fake.remembered(LearntIdentities);
		for (let told = 0; told < answers; told++) {
			identities.learn(this.fake.account, 'cg-1', OURS);
		}
	}

	/** Lets Amperity tell its time, which is ahead of n8n's by some milliseconds. */
	tellTime(aheadMs: number): void {
		const time = Date.now() + aheadMs;
		this.fake.clock.learnTime({ from: time, to: time }, performance.now());
	}

	private async answer({ path, qs }: Asked): Promise<unknown> {
		if (path === '/campaigns') {
			this.campaignsRead++;
			return (
				this.campaigns && {
					data: Object.entries(this.campaigns).map(([id, name]) => ({ id, name })),
				}
			);
		}
		if (path === '/workflow/runs') {
			this.looksAt.push(seconds());
			this.onLook();
			this.asksFor = [qs.created_from, qs.created_to];
			// An overview does not tell who has started the run.
			await sleep(this.listTakes());
			return { data: this.list().map((run) => ({ ...run, principal_id: undefined })) };
		}
		this.readsOf.push(path.split('/').at(-1)!);
		return this.list().find(({ id }) => path.endsWith(`/${id}`));
	}

	/** What comes of it: the verdict, or the ID of the run, and after how many seconds. */
	async outcome(): Promise<[string, number]> {
		this.lookUp = new LookUp(this.fake.client, 'me', this.lost);
		const verdict = this.lookUp.verdict(this.limits).then((given) => [given, seconds()] as const);
		await jest.runAllTimersAsync();
		const [given, after] = await verdict;
		return [given.kind === 'found' ? given.runId : given.kind, after];
	}

	get candidates(): string[] {
		return this.lookUp.candidates.map(({ id }) => id);
	}
}
