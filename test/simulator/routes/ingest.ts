import { ApiError } from '../errors';
import { Query } from '../query';
import type { SimulatedIngestJob, SimulatedIngestTable } from '../resources';
import { endOf, hasEnded, stageAt, type SimulatedRun } from '../runs';
import { timestamp } from '../timestamps';
import type { Answer, Call, World } from '../world';

/** The widest window that may be asked for, in milliseconds. */
const MAX_WINDOW_MS = 7 * 24 * 3_600_000;

const COURIER_RUN = 'courier.group/run';

/** GET /ingest/jobs: one answer holds all; the `next_token` in it can't be used here. */
export function listIngestJobs(world: World, call: Call): Answer {
	const query = new Query(call, ['created_from', 'created_to', 'with_total']);
	const from = query.time('created_from');
	const to = query.time('created_to');
	if (from === undefined || to === undefined) {
		throw new ApiError(400, 'created_from and created_to are required.');
	}
	if (from >= to) throw new ApiError(400, 'created_from must be before created_to.');
	if (to - from > MAX_WINDOW_MS) {
		throw new ApiError(400, 'The window from created_from to created_to is longer than 7 days.');
	}
	const data = jobs(world, call.tenant).filter(({ tables }) => {
		const startedAt = Date.parse(tables[0]?.started_at ?? '');
		return startedAt >= from && startedAt < to;
	});
	const body = {
		data,
		...(data.length > 0 && { next_token: world.cursors.encode([data.length], 'ingest') }),
		...(query.flag('with_total') && { total: data.length }),
	};
	return { status: 200, body, schema: 'ingestJobList' };
}

/** GET /ingest/jobs/{id} */
export function getIngestJob(world: World, call: Call): Answer {
	new Query(call, []);
	const id = call.params.id ?? '';
	const job = jobs(world, call.tenant).find((candidate) => candidate.id === id);
	if (!job) throw new ApiError(404, `No ingest job was found for ${id}.`);
	return { status: 200, body: job, schema: 'ingestJob' };
}

/** The jobs that a test has set, and one for each courier group run that has ended. */
function jobs(world: World, tenant: string): SimulatedIngestJob[] {
	const now = world.clock.now();
	const ended = world.store.all.filter(
		(run) => run.tenant === tenant && run.type === COURIER_RUN && hasEnded(run, now),
	);
	const set = tenant === world.tenant ? world.ingestJobs : [];
	return [...set, ...ended.map((run) => jobOf(run, now))];
}

function jobOf(run: SimulatedRun, now: number): SimulatedIngestJob {
	const id = run.id.replace(/^wf-/, 'isj-');
	const startedAt = timestamp(run.stages[1]?.from ?? run.createdAt);
	const end = stageAt(run, now);
	const base = { job_id: id, started_at: startedAt, ended_at: timestamp(endOf(end)) };
	const failed = end.outcome !== 'succeeded';
	const tables = [
		{ ...base, ...counts('customers', 1_000, 0), state: 'succeeded' },
		{ ...base, ...counts('orders', 5_000, failed ? 100 : 0), state: end.state },
	];
	return { id, workflow_id: run.id, tables };
}

type Counts = Omit<SimulatedIngestTable, 'job_id' | 'started_at' | 'ended_at' | 'state'>;

/** Records that were read are inserted, updated or rejected, or gave an error. */
function counts(tableName: string, read: number, errors: number): Counts {
	const rejected = read / 100;
	const updated = read / 10;
	return {
		feed_id: `df-${tableName}`,
		table_name: tableName,
		read,
		errors,
		rejected,
		updated,
		inserted: read - errors - rejected - updated,
		files: [{ file_id: `file-${tableName}`, name: `${tableName}.csv`, read, errors }],
	};
}
