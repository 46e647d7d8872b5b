import { sleep } from 'n8n-workflow';
import { forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import type { Fault } from '../../simulator';
import { REFUSALS } from './answers';
import { jsonOf, RETRY, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const CONFIG_IDS = ['cg-1', 'og-1', 'cc-1', 'xy-1'];

const requests = () => lab.simulator.requests.map(({ method, path }) => `${method} ${path}`);
const POST = 'POST /workflow/runs';

/** What the answers to all reads are. */
const failReads = (fault: Fault) => {
	lab.simulator.onRequest = ({ method }) => (method === 'GET' ? fault : undefined);
};

describe('a start to which nothing happens is one request', () => {
	test.each(CONFIG_IDS)('for %s, the first time and later', async (configId) => {
		for (let time = 1; time <= 4; time++) {
			const [item] = jsonOf(await lab.run([configId]));
			expect(item).toMatchObject({ id: lab.idsOf(configId).at(-1) });
			expect(item).not.toHaveProperty('start_confirmed_by');
			expect(item).not.toHaveProperty('times_started_again');
			expect(requests()).toEqual(Array(time).fill(POST));
		}
	});

	test('after a restart too, with or without what was kept', async () => {
		const { staticData } = await lab.learn(['cg-1'], 2);
		forgetAll();
		await lab.run(['cg-1'], { staticData });
		forgetAll();
		await lab.run(['cg-1']);
		expect(requests()).toEqual(Array(4).fill(POST));
	});

	test.each(['findElseStartAgain', 'findElseReport', 'report'])(
		'with the option %s',
		async (ifStartIsLost) => {
			for (const configId of CONFIG_IDS) {
				const { items } = await lab.run([configId], { options: { ifStartIsLost } });
				expect(items).toHaveLength(1);
			}
			expect(requests()).toEqual(CONFIG_IDS.map(() => POST));
		},
	);

	test('for each of 25 items, with Retry On Fail', async () => {
		const configIds = Array.from({ length: 25 }, (_, item) => `cg-${item}`);
		const { items } = await lab.run(configIds, { settings: RETRY });
		expect(items.map(({ json }) => json.id)).toEqual(configIds.map((id) => lab.idsOf(id)[0]));
		expect(requests()).toEqual(Array(25).fill(POST));
	});

	test.each<[string, Fault]>([
		['answers 500', { kind: 'status', status: 500 }],
		['answers 403', { kind: 'status', status: 403 }],
		['is a web page', { kind: 'html', status: 502 }],
		['repeats its cursor', { kind: 'body', status: 200, body: { data: [], next_token: 'again' } }],
		['never ends', { kind: 'drip', everyMs: 1_000 }],
		['is cut', { kind: 'drop-before' }],
	])('although every list %s', async (_, fault) => {
		failReads(fault);
		const { items, error } = await lab.run(['cg-1', 'og-1', 'cc-Campaign7', 'xy-1']);
		expect(errorText({ error })).toBe('');
		expect(items).toHaveLength(4);
		expect(requests()).toEqual(Array(4).fill(POST));
	});
});

describe('an answer that does not say who started the run', () => {
	/** A run of ours, of whose answer that is left out. */
	const startNamelessly = (): Fault => {
		const { id, name, type, createdAt } = lab.simulator.startRunAs({
			principal: 'api',
			configId: 'cg-1',
		});
		const created_at = new Date(createdAt).toISOString();
		const { tenant } = lab.simulator;
		const body = { id, name, type, tenant, state: 'scheduled', created_at };
		return { kind: 'body', status: 201, body };
	};
	const start = async () => {
		lab.failStarts('cg-1', startNamelessly());
		const result = await lab.run(['cg-1']);
		expect(jsonOf(result)).toMatchObject([{ id: lab.simulator.runs.at(-1)!.id }]);
		await sleep(10_000);
	};

	test('costs one read of that run, once', async () => {
		for (let time = 0; time < 3; time++) await start();
		const [first] = lab.simulator.runs;
		const reads = lab.simulator.requests.filter(({ method }) => method === 'GET');
		expect(reads).toMatchObject([
			{ path: `/workflow/runs/${first!.id}`, query: { view: 'verbose' } },
		]);
		expect(lab.posts()).toHaveLength(3);
	});

	test('costs none where that was learnt before', async () => {
		await lab.learn(['cg-2']);
		await start();
		expect(requests()).toEqual([POST, POST]);
	});

	test.each<[string, Fault]>([
		['403', { kind: 'status', status: 403 }],
		['503', { kind: 'status', status: 503 }],
		['nothing', { kind: 'drop-before' }],
	])('does no harm where the read gets %s', async (_, fault) => {
		const { onRequest } = lab.simulator;
		lab.simulator.onRequest = (request, index) =>
			request.method === 'GET' ? fault : onRequest!(request, index);
		await start();
		expect(lab.posts()).toHaveLength(1);
	});
});

describe('a start that Amperity refuses', () => {
	test.each(Object.entries(REFUSALS))('with %s is not looked for', async (_, refusal) => {
		lab.failStarts('cg-1', refusal);
		const result = await lab.run(['cg-1']);
		expect(errorText(result)).toContain('The words of Amperity');
		expect(errorText(result)).not.toMatch(/may have started/);
		expect(requests()).toEqual([POST]);
	});
});

describe('If a Start Is Lost', () => {
	test.each(['maybe', 'findElse', 'true', 'constructor'])(
		'that is %p by an expression is named, and nothing is sent',
		async (value) => {
			const result = await lab.run(['cg-1'], {
				options: { ifStartIsLost: `={{ '${value}' }}` },
			});
			expect(errorText(result)).toContain('If a Start Is Lost');
			expect(requests()).toEqual([]);
		},
	);

	test('that is wrong for the last item stops the first one too', async () => {
		const result = await lab.run(['cg-1', 'cg-2'], {
			options: { ifStartIsLost: "={{ $json.config === 'cg-2' ? 7 : 'report' }}" },
		});
		expect(errorText(result)).toContain('If a Start Is Lost');
		expect(requests()).toEqual([]);
	});
});
