import { ApiError } from '../errors';
import { PAGING, Query } from '../query';
import { listedTime } from '../runStore';
import { viewRun } from '../runView';
import { hasEnded, stageAt, stopRun, type SimulatedRun } from '../runs';
import { violation } from '../schemas';
import type { Answer, Call, FilterGrain, World } from '../world';

const LIST_FILTERS = ['created_from', 'created_to', 'ended_from', 'ended_to', 'state', 'type'];

interface StartRequest {
	config_id: string;
	range_from?: string;
	range_to?: string;
	run_mode?: string;
}

/** POST /workflow/runs */
export function startRun(world: World, call: Call): Answer {
	const body = checkedStart(call.request.body);
	const scenario = world.scenarioOf(body.config_id);
	if (!scenario) throw new ApiError(404, `No configuration was found for ${body.config_id}.`);
	const run = world.createRun({
		tenant: call.tenant,
		configId: body.config_id,
		principal: world.apiPrincipal,
		scenario,
		requestIndex: call.request.index,
	});
	call.request.startedRunId = run.id;
	return { status: 201, body: viewRun(run, world.clock.now(), 'full'), schema: 'run' };
}

function checkedStart(body: unknown): StartRequest {
	if (!isObject(body)) throw new ApiError(400, 'The body must be one JSON object.');
	const problem = violation('startRequest', body);
	if (problem) throw new ApiError(400, `Invalid request: ${problem}.`);
	const start = body as unknown as StartRequest;
	checkRange(start);
	const isCourierGroup = start.config_id.startsWith('cg-');
	const forCouriers = [start.range_from, start.range_to, start.run_mode];
	if (!isCourierGroup && forCouriers.some((value) => value !== undefined)) {
		throw new ApiError(
			400,
			'range_from, range_to and run_mode can be used with courier groups only.',
		);
	}
	return start;
}

function checkRange({ range_from: from, range_to: to }: StartRequest): void {
	if (to === undefined) return;
	if (from === undefined) throw new ApiError(400, 'range_to needs range_from.');
	if (Date.parse(from) >= Date.parse(to)) {
		throw new ApiError(400, 'range_from must be before range_to.');
	}
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** GET /workflow/runs */
export function listRuns(world: World, call: Call): Answer {
	const query = new Query(call, [...LIST_FILTERS, ...PAGING]);
	const now = world.clock.now();
	const filter = {
		createdFrom: rounded(query.time('created_from'), world.filterGrain),
		createdTo: rounded(query.time('created_to'), world.filterGrain),
		endedFrom: rounded(query.time('ended_from'), world.filterGrain),
		endedTo: rounded(query.time('ended_to'), world.filterGrain),
		state: knownState(query.text('state')),
		type: query.text('type'),
	};
	const limit = Math.min(query.limit(), world.pageCap);
	const after = query.after(world);
	const skip = world.cursorKind === 'offset' ? (after?.[0] ?? 0) : undefined;
	const place = skip === undefined ? { after } : { skip };
	const page = world.store.page(call.tenant, { filter, ...place, limit, now });
	const end = page.next && (skip === undefined ? page.next : [skip + page.runs.length]);
	const next = query.nextToken(world, end);
	call.request.listed = {
		runIds: page.runs.map(({ id }) => id),
		nextToken: page.next && next.next_token,
	};
	const body = {
		data: page.runs.map((run) => viewRun(run, listedTime(run, now), 'overview')),
		...next,
		...(query.flag('with_total') && { total: world.store.count(call.tenant, filter, now) }),
	};
	return { status: 200, body, schema: 'runList' };
}

/** The states that the filter is documented with, in any case. Whether it takes others is told nowhere. */
const FILTER_STATES = ['started', 'in progress', 'stopping', 'stopped', 'succeeded'];

function knownState(state: string | undefined): string | undefined {
	if (state === undefined || FILTER_STATES.includes(state.toLowerCase())) return state;
	throw new ApiError(400, `The query parameter state must be one of: ${FILTER_STATES.join(', ')}.`);
}

function rounded(time: number | undefined, grain: FilterGrain | false): number | undefined {
	if (time === undefined || !grain) return time;
	const round = grain.rounds === 'down' ? Math.floor : Math.ceil;
	return round(time / grain.ms) * grain.ms;
}

/** GET /workflow/runs/{id} */
export function getRun(world: World, call: Call): Answer {
	const query = new Query(call, ['view']);
	const view = query.oneOf('view', ['overview', 'verbose']) ?? 'overview';
	const run = ownRun(world, call);
	const now = world.clock.now();
	if (run.createdAt + (run.scenario.getLagMs ?? 0) > now) throw notFound(run.id);
	return { status: 200, body: viewRun(run, now, view), schema: 'run' };
}

/** POST /workflow/runs/{id}/stop */
export function stop(world: World, call: Call): Answer {
	new Query(call, []);
	const run = ownRun(world, call);
	const now = world.clock.now();
	if (hasEnded(run, now)) throw new ApiError(409, `The workflow ${run.id} has already ended.`);
	if (world.secondStop === 'conflict' && stageAt(run, now).state === 'stopping') {
		throw new ApiError(409, `The workflow ${run.id} is already being stopped.`);
	}
	stopRun(run, now);
	return { status: 200, body: viewRun(run, now, 'full'), schema: 'run' };
}

function ownRun(world: World, call: Call): SimulatedRun {
	const id = call.params.id ?? '';
	const run = world.store.find(id);
	if (run?.tenant !== call.tenant) throw notFound(id);
	return run;
}

function notFound(id: string): ApiError {
	return new ApiError(404, `No workflow was found for ${id}.`);
}
