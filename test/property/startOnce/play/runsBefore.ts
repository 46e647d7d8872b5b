import type { AmperitySimulator } from '../../../simulator';
import type { RunBefore } from '../schedule';
import type { PlayedItem } from './playedItem';

/** Prefixes of configurations whose runs are of another type than those of one. */
const OTHER_PREFIX: Record<string, string> = { cg: 'og', og: 'cg', cc: 'cg', xy: 'cg' };

/** Has somebody start a run, of an item's configuration or of one that is like it, before the executions begin. */
export function startBefore(
	simulator: AmperitySimulator,
	items: PlayedItem[],
	{ item, likeness, agoMs, durationMs, outcome, listHiddenMs }: RunBefore,
): void {
	const { configId, name } = items[item % items.length]!;
	const prefix = configId.slice(0, 2);
	const others = {
		same: { configId, name },
		otherName: { configId: `${configId}-other`, name: `Other ${name}` },
		otherType: { configId: `${OTHER_PREFIX[prefix]}${configId.slice(2)}-other`, name },
	};
	simulator.startRunAs({
		principal: 'person',
		...others[likeness],
		createdAt: simulator.clock.now() - agoMs,
		scenario: {
			outcome,
			listHiddenMs,
			...(durationMs === null ? { neverEnds: true } : { durationMs }),
		},
	});
}
