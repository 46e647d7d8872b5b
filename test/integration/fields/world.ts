import type { IDataObject } from 'n8n-workflow';
import type { AmperitySimulator, RunEnd, Scenario } from '../../simulator';
import { LISTED, NAMES } from './fieldTable';

/** Makes an Amperity in which an operation has something to do, and says the parameters that it needs at least. */
export function worldFor(
	resource: string,
	operation: string,
	simulator: AmperitySimulator,
	scenario?: Scenario,
): IDataObject {
	const make = WORLDS[`${resource} ${operation}`];
	if (!make) throw new Error(`Nobody has said what ${resource} ${operation} needs`);
	return make(simulator, scenario) ?? {};
}

type MakeWorld = (simulator: AmperitySimulator, scenario?: Scenario) => IDataObject | undefined;

const many = <Item>(make: (index: number) => Item): Item[] =>
	Array.from({ length: LISTED }, (_, index) => make(index));

const oneRun: MakeWorld = (simulator, scenario) => {
	const run = { principal: 'person', configId: 'cg-1', scenario } as const;
	return { runId: simulator.startRunAs(run).id };
};

const ENDS: Array<RunEnd | undefined> = [undefined, 'succeeded', 'failed', 'stopped'];

/** Its state stays the same while the pages of the list are read. */
const UNCHANGING: Scenario = { scheduledMs: 0, neverEnds: true };

const WORLDS: Record<string, MakeWorld> = {
	'auditEvent getMany': (simulator) => {
		const [event] = simulator.auditEvents;
		simulator.auditEvents = many((index) => ({ ...event!, event_id: `event-${index}` }));
		return undefined;
	},
	'campaign getMany': (simulator) => {
		simulator.campaigns = many((index) => ({ id: `cc-${index}`, name: `Campaign ${index}` }));
		return undefined;
	},
	'segment getMany': (simulator) => {
		const status = 'active';
		simulator.segments = many((index) => ({ id: `seg-${index}`, name: `Segment`, status }));
		return undefined;
	},
	'ingestJob get': (simulator) => {
		simulator.ingestJobs = [ingestJob('isj-1')];
		return { jobId: 'isj-1' };
	},
	'ingestJob getMany': (simulator) => {
		simulator.ingestJobs = many((index) => ingestJob(`isj-${index}`));
		return { createdFrom: '2026-10-01', createdTo: '2026-10-02' };
	},
	'workflowRun get': oneRun,
	'workflowRun getMany': (simulator, scenario = UNCHANGING) => {
		for (let index = 0; index < LISTED; index++) {
			const name = NAMES[index % NAMES.length];
			const { id } = simulator.startRunAs({
				principal: 'person',
				configId: 'cg-1',
				name,
				scenario,
			});
			const end = ENDS[index % ENDS.length];
			if (end) simulator.endRun(id, end);
		}
		return undefined;
	},
	'workflowRun ensureFresh': (simulator, scenario) => {
		if (scenario) simulator.setScenario('cg-1', scenario);
		return { configId: 'cg-1', nameInAmperity: 'Nightly' };
	},
	'workflowRun report': oneRun,
	'workflowRun start': (simulator, scenario) => {
		if (scenario) simulator.setScenario('cg-1', scenario);
		return { configId: 'cg-1' };
	},
	'workflowRun stop': (simulator, scenario = { neverEnds: true }) => oneRun(simulator, scenario),
	'workflowRun wait': oneRun,
};

function ingestJob(id: string) {
	const time = { started_at: '2026-10-01T12:00:00Z', ended_at: '2026-10-01T12:30:00Z' };
	const counts = { read: 10, errors: 0, rejected: 1, inserted: 4, updated: 5 };
	const files = [{ file_id: 'file-1', name: 'orders.csv', read: 10, errors: 0 }];
	const table = { feed_id: 'df-1', job_id: id, table_name: 'orders', state: 'succeeded', files };
	return {
		id,
		workflow_id: 'wf-20261001-00001-aaaaaa',
		tables: [{ ...table, ...counts, ...time }],
	};
}
