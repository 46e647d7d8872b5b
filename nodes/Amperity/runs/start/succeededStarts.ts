import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { keptData } from '../../engine/keptData';
import type { AmperityClient } from '../../transport/client';
import type { StartRequest } from '../../transport/workflowRuns';

const HOUR_MS = 3_600_000;

/** A range says which data were loaded, so a success stays one for as long as anybody goes on with a series. Milliseconds. */
const WITH_RANGE_MS = 30 * 24 * HOUR_MS;

/** Without a range the next night asks for the same again. Milliseconds. */
const WITHOUT_RANGE_MS = 12 * HOUR_MS;

/** So many successes of a node are kept, the latest. */
const MOST_KEPT = 1_000;

/**
 * A run that succeeded, when that was seen, by Amperity's clock in milliseconds since the epoch, and in which
 * execution.
 */
type Success = [runId: string, at: number, executionId: string];

/** By what was started. */
type Successes = Record<string, Success>;

/** The successes of this process: n8n keeps nothing of executions that were started by hand. A part of the tenant's memory. */
export class SucceededStarts {
	private readonly byNode: Record<string, Successes> = {};

	of(node: string): Successes {
		return (this.byNode[node] ??= {});
	}
}

/** What was started. */
export interface Started {
	request: StartRequest;
	/** How often a series had asked for the same before. */
	repetition: number;
}

/** What was started, in few characters. */
const keyOf = ({ tenant }: { tenant: string }, { request, repetition }: Started): string =>
	createHash('sha256')
		.update(JSON.stringify([tenant, Object.entries(request).sort(), repetition]))
		.digest('base64')
		.slice(0, 16);

/** What n8n keeps for the node from one execution to the next. */
const keptIn = (context: IExecuteFunctions) => keptData(context) as { succeededStarts?: Successes };

/** What this process remembers of the node. */
const rememberedOf = (context: IExecuteFunctions, client: AmperityClient): Successes =>
	client.remembered(SucceededStarts).of(`${context.getWorkflow().id} ${context.getNode().id}`);

/** The ID of the run in which this node has lately run the same successfully, in an earlier execution, if it has. */
export function lastSuccess(
	context: IExecuteFunctions,
	client: AmperityClient,
	started: Started,
): string | undefined {
	const key = keyOf(client.account, started);
	const lifetime = started.request.range_from === undefined ? WITHOUT_RANGE_MS : WITH_RANGE_MS;
	const since = client.clock.now() - lifetime;
	const memories = [keptIn(context).succeededStarts ?? {}, rememberedOf(context, client)];
	const found = memories.flatMap((successes) => {
		const success = Object.hasOwn(successes, key) ? successes[key] : undefined;
		const isEarlier = success && success[2] !== context.getExecutionId();
		return isEarlier && success[1] >= since ? [success] : [];
	});
	const [latest] = found.sort(([, one], [, other]) => other - one);
	return latest?.[0];
}

/** Remembers that a run has succeeded. */
export function rememberSuccess(
	context: IExecuteFunctions,
	client: AmperityClient,
	started: Started,
	runId: string,
): void {
	const key = keyOf(client.account, started);
	const kept = (keptIn(context).succeededStarts ??= {});
	for (const successes of [kept, rememberedOf(context, client)]) {
		delete successes[key];
		successes[key] = [runId, Math.round(client.clock.now()), context.getExecutionId()];
		for (const oldest of Object.keys(successes).slice(0, -MOST_KEPT)) delete successes[oldest];
	}
}
