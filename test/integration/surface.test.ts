/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { version } from '../../package.json';
import { FieldLab } from './fields/lab';
import { worldFor } from './fields/world';
import { differenceOf, type Surface, type Tree } from './surface/compare';
import { describedSurface } from './surface/described';
import { EXECUTIONS, type Execution } from './surface/executions';
import { shapeOf } from './surface/shape';
import { chosen, DAY, HOUR, MINUTE, TriggerLab } from './trigger/lab';

const FILE = join(__dirname, 'surface/surface.json');

const items: Record<string, Tree> = {};

describe('the items of the node', () => {
	const lab = new FieldLab();

	const nameOf = ({ operation, how }: Execution) => (how ? `${operation}, ${how}` : operation);

	test.each(EXECUTIONS.map((execution) => [nameOf(execution), execution] as const))(
		'%s',
		async (name, execution) => {
			lab.renew();
			const { parameters, scenario, before, isOfTool, items: input, settings } = execution;
			const [resource, operation] = execution.operation.split(' ') as [string, string];
			before?.(lab.simulator);
			const needed = worldFor(resource, operation, lab.simulator, scenario);
			const nodeRun = {
				parameters: { resource, operation, ...needed, ...parameters },
				items: input,
				credentials: { ...lab.credentials, ...execution.credentials },
				settings,
			};
			const seen = isOfTool ? await lab.runTool(nodeRun) : await lab.run(nodeRun);
			expect(seen.error).toBeUndefined();
			expect(seen.items).not.toEqual([]);
			items[name] = shapeOf(seen.items);
			if (seen.files.length > 0) items[`${name}, files`] = seen.files;
		},
	);
});

describe('the items of the trigger', () => {
	const lab = new TriggerLab({ date: '2026-10-01T00:30:00Z' });

	const keep = (told: IDataObject[], how: string) => {
		for (const event of new Set(told.map((item) => String(item.event)))) {
			items[`${event}, ${how}`] = shapeOf(told.filter((item) => item.event === event));
		}
	};

	test.each<[string, IDataObject]>([
		['simplified', {}],
		['raw', { simplify: false }],
		['with details', { includeDetails: true }],
		['with details and raw', { includeDetails: true, simplify: false }],
	])('%s', async (how, parameters) => {
		lab.ended(lab.now - DAY, { name: 'Missing' });
		const happens = lab.trigger({
			events: ['runEnded', 'runIsSlow', 'runStarted'],
			slowAfterMinutes: 30,
			...parameters,
		});
		const misses = lab.trigger({
			events: ['runDidNotStart'],
			startBy: '06:00',
			timeZone: 'UTC',
			filters: { config: chosen('name', 'Missing') },
			...parameters,
		});
		for (const { poll } of [happens, misses])
			expect([await poll(), await poll()]).toEqual([[], []]);
		lab.end('failed');
		lab.startEndless();
		lab.pass(HOUR);
		keep(await happens.poll(), how);
		lab.time.until('2026-10-01T06:00:00Z');
		lab.pass(2 * MINUTE);
		keep(await misses.poll(), how);
		const told = Object.keys(items).filter((name) => name.endsWith(`, ${how}`));
		expect(told).toEqual(
			expect.arrayContaining(
				['runDidNotStart', 'runEnded', 'runIsSlow', 'runStarted'].map(
					(event) => `${event}, ${how}`,
				),
			),
		);
	});
});

/** Saved workflows go on as they are until the major version changes. `npm run surface` records what is new. */
test('the surface is what this major version has promised', () => {
	const committed = JSON.parse(readFileSync(FILE, 'utf8')) as Surface;
	const major = Number(version.split('.', 1)[0]);
	const surface: Surface = { major, described: describedSurface(), items };
	const { broken } = differenceOf(
		{ described: committed.described, items: committed.items },
		{ described: surface.described, items: surface.items },
	);
	if (committed.major >= major) expect(broken).toEqual([]);
	if (process.env.RECORD_SURFACE) {
		writeFileSync(FILE, JSON.stringify(surface, null, '\t'));
	} else {
		expect(surface).toEqual(committed);
	}
});
