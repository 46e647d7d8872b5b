import type { IDataObject, INode } from 'n8n-workflow';
import { runAmperity, credentialsFor } from '../../engine';
import type { RecordedRequest } from '../../simulator';
import { FieldLab } from './lab';

const lab = new FieldLab();

const start = async (parameters: IDataObject, items?: IDataObject[]) =>
	await lab.run({ parameters, items });

const says = (status: number, message: string) => ({
	kind: 'body' as const,
	status,
	body: { status, message, request_id: 'request-id-1', trace_id: 'trace-id-1' },
});

describe('an ID that holds "canceled"', () => {
	test.each([503, 500, 404, 403, 400])(
		'leaves an execution failed in which Amperity answers %i',
		async (status) => {
			lab.simulator.onRequest = () => says(status, 'The configuration cg-canceled is busy');
			const options = { ifStartIsLost: 'report' };
			const { error, status: recorded } = await start({ configId: 'cg-canceled', options });
			expect(recorded).toBe('error');
			expect(error!.message).not.toContain('canceled');
		},
	);

	test('leaves an execution failed in which no answer comes', async () => {
		lab.simulator.onRequest = () => ({ kind: 'drop-before' });
		const { error, status } = await start({ configId: 'cg-canceled' });
		expect(status).toBe('error');
		expect(error!.message).not.toContain('canceled');
	});

	test('leaves an execution failed whose run fails, in any operation', async () => {
		lab.simulator.setScenario('cg-canceled', {
			outcome: 'failed-customer',
			name: 'canceled orders',
			durationMs: 30_000,
		});
		const waited = await start({ configId: 'cg-canceled', waitForCompletion: true });
		expect(waited.status).toBe('error');
		expect(waited.error!.message).not.toContain('canceled');
	});

	test.each(['get', 'wait', 'stop'])('leaves a failed %s failed', async (operation) => {
		const { error, status } = await lab.run({
			parameters: { operation, runId: 'wf-canceled', maximumWait: 1 },
		});
		expect(status).toBe('error');
		expect(error!.message).not.toContain('canceled');
	});

	test.each<[string, IDataObject]>([
		['Config ID', { configId: '={{ "cg canceled" }}' }],
		['Time Range', { configId: 'cg-1', timeRange: '={{ "canceled" }}' }],
		['Day', { configId: 'cg-1', timeRange: 'day', day: '={{ "canceled" }}' }],
		['Limit', { operation: 'getMany', limit: '={{ "canceled" }}' }],
		['Run Mode', { configId: '={{ "og-canceled" }}', runMode: 'full' }],
		['Limit', { operation: 'getMany', limit: '={{ $json.canceled }}' }],
		['Limit', { operation: 'getMany', limit: '={{ ({ canceled: 1 }) }}' }],
		['Limit', { operation: 'getMany', limit: '={{ ["canc\\u0000eled"] }}' }],
		['Limit', { operation: 'getMany', limit: '={{ "canc<b>eled" }}' }],
	])('is refused in %s without being recorded as a cancellation', async (label, parameters) => {
		const { error, status } = await lab.run({ parameters });
		expect(error!.message.startsWith(`${label} `)).toBe(true);
		expect(status).toBe('error');
		expect(error!.message).not.toContain('canceled');
		expect(lab.simulator.requests).toEqual([]);
	});
});

describe('a text of the user in a message', () => {
	const refused = async (value: unknown) => {
		const limit = `={{ $json.value }}`;
		const { error } = await lab.run({
			parameters: { operation: 'getMany', limit },
			items: [{ value } as IDataObject],
		});
		expect(error!.message).toMatch(/^Limit /);
		return error!;
	};

	test.each<[string, unknown]>([
		['a text', 'x'.repeat(20_000)],
		['a list', Array.from({ length: 5_000 }, (_, index) => index)],
		['an object', { text: 'x'.repeat(20_000) }],
		['emojis', '\u{1F389}'.repeat(5_000)],
	])('is shortened: %s', async (_, value) => {
		const { message, description } = await refused(value);
		expect(message.length).toBeLessThan(200);
		expect(description.length).toBeLessThan(1_000);
		// Not in the middle of a character.
		expect(Buffer.from(message).toString()).toBe(message);
	});

	test.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<b>bold</b>'])(
		'has no tags: %s',
		async (value) => {
			expect((await refused(value)).message).not.toMatch(/<\w/);
		},
	);

	test.each(['a\r\nb', 'a\u0000b', 'a\u001b[31mb', 'a\u202Eb', 'a\u2028b'])(
		'stays on its line: %j',
		async (value) => {
			// eslint-disable-next-line no-control-regex -- they are looked for
			expect((await refused(value)).message).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029\u202e]/);
		},
	);

	test('an object with a name that JavaScript knows does not break it', async () => {
		const value = JSON.parse(
			'{"__proto__": {"a": 1}, "toString": 1, "constructor": null}',
		) as object;
		await refused(value);
	});
});

describe('error items', () => {
	const items = [{ id: 'cg-1' }, { id: 'cg-missing' }];

	const run = async (onError: INode['onError'], parameters: IDataObject, input: IDataObject[]) => {
		const credentials = { ...credentialsFor(lab.simulator), requestsPerSecond: 10_000 };
		return await runAmperity(lab.simulator, {
			credentials,
			parameters,
			items: input,
			settings: { onError },
		});
	};

	test('of a start name the configuration', async () => {
		const result = await run('continueRegularOutput', { configId: '={{ $json.id }}' }, items);
		expect(result.items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ id: expect.any(String) }),
			expect.objectContaining({
				error: expect.stringContaining('cg-missing'),
				details: expect.objectContaining({ item: 1, config_id: 'cg-missing' }),
			}),
		]);
	});

	test('of a run that fails name both', async () => {
		const parameters = { configId: '={{ $json.id }}', waitForCompletion: true };
		const input = [{ id: 'cg-1' }, { id: 'cg-fails-customer' }];
		const result = await run('continueRegularOutput', parameters, input);
		const { id } = lab.simulator.runsStartedFor('cg-fails-customer')[0]!;
		expect(result.items[1]!.json).toMatchObject({
			error: expect.stringContaining(id),
			details: { item: 1, config_id: 'cg-fails-customer', run_id: id },
		});
	});

	test.each(['get', 'wait', 'stop'])('of a %s name the run', async (operation) => {
		const { id } = lab.simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const parameters = { operation, runId: '={{ $json.run }}', maximumWait: 1 };
		const input = [{ run: id }, { run: 'wf-20261001-00001-aaaaaa' }];
		const result = await run('continueRegularOutput', parameters, input);
		expect(result.items[1]!.json).toMatchObject({
			error: expect.stringContaining('wf-20261001-00001-aaaaaa'),
			details: { item: 1, run_id: 'wf-20261001-00001-aaaaaa' },
		});
	});

	test('go to the error output with the IDs in their texts, in the keys that older engines know', async () => {
		const result = await run('continueErrorOutput', { configId: '={{ $json.id }}' }, items);
		expect(result.items).toHaveLength(1);
		const [{ json }] = result.errorItems as [{ json: IDataObject }];
		expect(`${String(json.error)} ${String(json.message)}`).toContain('cg-missing');
		expect(json).not.toHaveProperty('details');
	});

	test('of a value that is refused name the field, and the others go on', async () => {
		const parameters = { configId: '={{ $json.id }}', runMode: '={{ $json.mode }}' };
		const input = [
			{ id: 'cg-1', mode: 'full' },
			{ id: 'cg-2', mode: 'weekly' },
			{ id: 'cg-3', mode: null },
		];
		const result = await run('continueRegularOutput', parameters, input);
		expect(result.items.map(({ json }) => json.error ?? 'started')).toEqual([
			'started',
			expect.stringMatching(/^Run Mode .*weekly.* \[item 1\]$/),
			'started',
		]);
		expect(lab.simulator.runs.map(({ configId }) => configId)).toEqual(['cg-1', 'cg-3']);
	});

	test('hold nothing of the value but its beginning', async () => {
		const input = [{ id: 'cg-1' }, { id: `cg ${'x'.repeat(20_000)}` }];
		const result = await run('continueRegularOutput', { configId: '={{ $json.id }}' }, input);
		expect(JSON.stringify(result.items[1]!.json).length).toBeLessThan(2_000);
	});
});

describe('an item is named', () => {
	const BAD = { operation: 'getMany', limit: '={{ $json.limit }}' };

	test('where there are several', async () => {
		const { error } = await lab.run({
			parameters: BAD,
			items: [{ limit: 1 }, { limit: 2 }, { limit: 'x' }],
		});
		expect(error!.message).toMatch(/^Limit .* \[item 2\]$/);
		expect(error!.message.match(/\[item/g)).toHaveLength(1);
	});

	test('where the first of several is wrong', async () => {
		const { error } = await lab.run({ parameters: BAD, items: [{ limit: 'x' }, { limit: 1 }] });
		expect(error!.message).toMatch(/ \[item 0\]$/);
	});

	test('nowhere else', async () => {
		for (const parameters of [
			{ operation: 'getMany', limit: '={{ "x" }}' },
			{ operation: 'get', runId: 'wf-none' },
			{ configId: 'cg-missing' },
			{ configId: 'cg-fails-customer', waitForCompletion: true },
		] as IDataObject[]) {
			const { error } = await lab.run({ parameters });
			expect(`${error!.message} ${error!.description}`).not.toContain('[item');
			lab.renew();
		}
	});
});

describe('a start with one wrong item of many', () => {
	const isPost = ({ method }: RecordedRequest) => method === 'POST';

	test.each<[string, IDataObject]>([
		['a start', { configId: '={{ $json.id }}' }],
		['a stop', { operation: 'stop', runId: '={{ $json.id }}' }],
	])('%s is not sent for any', async (_, parameters) => {
		const items = [{ id: 'cg-1' }, { id: 'cg-2' }, { id: '' }, { id: 'cg-4' }];
		const { error } = await lab.run({ parameters, items });
		expect(error!.message).toMatch(/ID is empty \[item 2\]$/);
		expect(lab.simulator.requests.filter(isPost)).toEqual([]);
	});
});

describe('the credential', () => {
	test.each([-5, 0, 1e-9, 'fast', true])('refuses %p requests per second', async (value) => {
		const credentials = { ...lab.credentials, requestsPerSecond: value as number };
		const { error } = await lab.run({ parameters: { configId: 'cg-1' }, credentials });
		expect(error!.message).toContain('Requests per Second in the Amperity credential');
		expect(error!.description).toMatch(/\w/);
		expect(lab.simulator.requests).toEqual([]);
	});
});
