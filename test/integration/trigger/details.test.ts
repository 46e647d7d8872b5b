import type { Fault } from '../../simulator';
import { ENGINES, idsOf, MINUTE, TriggerLab } from './lab';

const UNREADABLE: Array<[string, Fault]> = [
	['a 400', { kind: 'status', status: 400 }],
	['a 403', { kind: 'status', status: 403 }],
	['a 404', { kind: 'status', status: 404 }],
	['a 409', { kind: 'status', status: 409 }],
	['a 410', { kind: 'status', status: 410 }],
	['nothing for an hour', { kind: 'late', delayMs: 60 * MINUTE }],
	['an end that never comes', { kind: 'drip', everyMs: 5_000 }],
	['a lost connection', { kind: 'drop-before' }],
	['a web page', { kind: 'html', status: 200 }],
	['the web page of a gateway', { kind: 'html', status: 403 }],
];

describe('details', () => {
	const lab = new TriggerLab();

	test('take one more request for each run', async () => {
		const { poll } = lab.trigger({ includeDetails: true });
		await poll();
		lab.end('failed');
		lab.end();
		const before = lab.simulator.requests.length;
		const [failed] = await poll();
		expect(failed).toMatchObject({
			summary: expect.stringContaining('failed'),
			tasks: expect.any(Array),
			failure: { attribution: 'customer' },
		});
		expect(failed).not.toHaveProperty('task_instances');
		expect(lab.simulator.requests.length - before).toBe(3);
	});

	test('are told as Amperity answers them where the user wants that', async () => {
		const { poll } = lab.trigger({ includeDetails: true, simplify: false });
		await poll();
		lab.end('failed');
		const [failed] = await poll();
		expect(failed).toMatchObject({
			run_error: expect.any(Object),
			task_instances: expect.any(Array),
			outcome: 'failed',
		});
		expect(failed).not.toHaveProperty('summary');
	});

	test('are not asked for where nobody wants them', async () => {
		const { poll } = lab.trigger();
		await poll();
		lab.end('failed');
		await poll();
		expect(lab.simulator.requests).toHaveLength(lab.listRequests.length);
	});

	test('of a run that is restarted before they are read are told as it ended', async () => {
		const { poll } = lab.trigger({ includeDetails: true });
		await poll();
		const id = lab.end('failed');
		lab.simulator.onRequest = ({ path }) => {
			if (!path.endsWith(id)) return undefined;
			lab.simulator.onRequest = undefined;
			lab.simulator.restartRun(id);
			return undefined;
		};
		const ended = { id, state: 'failed', outcome: 'failed', ended_at: expect.any(String) };
		expect(await poll()).toEqual([expect.objectContaining(ended)]);
	});
});

describe.each(ENGINES)('in the %s mode', (engine) => {
	const lab = new TriggerLab({ speed: 100 });

	/** A trigger and three ends, of which the details of the second one can't be read. */
	const poisoned = async (fault: Fault) => {
		const trigger = lab.trigger({ includeDetails: true }, { engine });
		await trigger.poll();
		await trigger.poll();
		const ids = [lab.end('failed'), lab.end('failed'), lab.end('failed')];
		lab.simulator.onRequest = ({ path }) => (path.endsWith(ids[1]!) ? fault : undefined);
		const poll = async () => {
			const items = await trigger.poll();
			lab.pass(MINUTE);
			return items;
		};
		return { trigger, poll, ids };
	};

	test.each(UNREADABLE)(
		'details that are answered with %s hold the others up for two polls',
		async (_, fault) => {
			const { poll, ids } = await poisoned(fault);
			expect(idsOf(await poll())).toEqual([ids[0]]);
			expect(await poll()).toEqual([]);
			const told = await poll();
			expect(told).toEqual([
				expect.objectContaining({
					id: ids[1],
					event: 'runEnded',
					outcome: 'failed',
					details_error: expect.any(String),
				}),
				expect.objectContaining({ id: ids[2], failure: expect.any(Object) }),
			]);
			expect(told[1]).not.toHaveProperty('details_error');
			expect(await poll()).toEqual([]);
		},
	);

	test('details that can be read again are told', async () => {
		const { poll, ids } = await poisoned({ kind: 'status', status: 403 });
		expect(idsOf(await poll())).toEqual([ids[0]]);
		expect(await poll()).toEqual([]);
		lab.simulator.onRequest = undefined;
		const told = await poll();
		expect(idsOf(told)).toEqual(ids.slice(1));
		expect(told[0]).toMatchObject({ failure: expect.any(Object) });
		expect(told[0]).not.toHaveProperty('details_error');
	});

	test('a run that ends while others are held up is told behind them', async () => {
		const { poll, ids } = await poisoned({ kind: 'status', status: 410 });
		const told = await poll();
		ids.push(lab.end());
		told.push(...(await poll()), ...(await poll()), ...(await poll()));
		expect(idsOf(told)).toEqual(ids);
	});

	test('several runs whose details can not be read are all told', async () => {
		const { poll, ids } = await poisoned({ kind: 'status', status: 400 });
		ids.push(lab.end('failed'), lab.end());
		const unreadable = new RegExp(`${ids[1]}|${ids[2]}|${ids[3]}`);
		lab.simulator.onRequest = ({ path }) =>
			unreadable.test(path) ? { kind: 'status', status: 400 } : undefined;
		const told: Array<Record<string, unknown>> = [];
		for (let round = 0; round < 10; round++) told.push(...(await poll()));
		expect(told.map(({ id, details_error }) => [id, details_error !== undefined])).toEqual(
			ids.map((id) => [id, unreadable.test(id)]),
		);
	});

	test.each(UNREADABLE.filter(([, { kind }]) => kind !== 'late'))(
		'when the list answers with %s as well, the poll is an error and tells nothing',
		async (_, fault) => {
			const { poll, ids } = await poisoned(fault);
			for (let round = 0; round < 4; round++) {
				lab.simulator.onRequest = () => fault;
				await expect(poll()).rejects.toThrow();
			}
			lab.simulator.onRequest = undefined;
			const told = await poll();
			expect(idsOf(told)).toEqual(ids);
			for (const item of told) expect(item).not.toHaveProperty('details_error');
		},
	);

	test('a key that loses its policy after the list was read costs no details', async () => {
		const { poll, ids } = await poisoned({ kind: 'status', status: 403 });
		const errors: unknown[] = [];
		for (let round = 0; round < 5; round++) {
			let asked = 0;
			lab.simulator.onRequest = () => (asked++ > 0 ? { kind: 'status', status: 403 } : undefined);
			expect(await poll().catch((error: unknown) => errors.push(error) && [])).toEqual([]);
		}
		expect(errors.map(String)).toContainEqual(
			expect.stringContaining('The API key is not allowed'),
		);
		lab.simulator.onRequest = undefined;
		const told = await poll();
		expect(idsOf(told)).toEqual(ids);
		for (const item of told) expect(item).not.toHaveProperty('details_error');
	});
});
