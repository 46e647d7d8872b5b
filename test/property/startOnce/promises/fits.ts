import type { SimulatedRun } from '../../../simulator';
import type { PlayedItem } from '../play/playedItem';
import type { ExecutionPlan } from '../schedule';

/** The beginning of the type of a configuration's runs; empty where its prefix tells none. */
export function typeOf(configId: string): string {
	const types: Record<string, string> = { cg: 'courier', og: 'amperity.orchestration', cc: 'camp' };
	return types[configId.slice(0, 2)] ?? '';
}

/** Whether a run is one of a configuration, or of its type and with a name that the node may know for it. */
export function mayBeOf(
	{ configId, name, firstName }: PlayedItem,
	{ night }: Pick<ExecutionPlan, 'night'>,
	run: SimulatedRun,
): boolean {
	const names = night?.isNamed ? [name] : [name, firstName];
	const isAlike = run.type.startsWith(typeOf(configId)) && names.includes(run.name);
	return run.configId === configId || isAlike;
}

/** Whether a run is of the type of a configuration's, and the node surely knows its name for that of the configuration. */
export const isSurelyOf = (
	{ configId, name, plan }: PlayedItem,
	{ night }: Pick<ExecutionPlan, 'night'>,
	run: SimulatedRun,
): boolean =>
	typeOf(configId) !== '' &&
	run.type.startsWith(typeOf(configId)) &&
	run.name === name &&
	(night?.isNamed === true || !plan.isRenamed);

/** When a run has ended, by n8n's clock; infinity while it goes on. Milliseconds since 1970. */
export function endedAt({ stages }: SimulatedRun, offsetMs: number): number {
	const end = stages.at(-1)!;
	return end.outcome === undefined ? Infinity : end.from - offsetMs;
}
