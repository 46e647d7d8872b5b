import { runAmperity } from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import { amperitySays, STRANGERS, strangerSays } from '../engine/speakers';
import type { AmperitySimulator, Fault } from '../simulator';

const MINUTE = 60_000;

/** A minute of waiting takes 0.1 s. */
let simulator: AmperitySimulator;
shareSimulator(600, (started) => {
	simulator = started;
});

const GOOD_LOOKS = 12;

const wait = async (runs = 1) =>
	await runAmperity(simulator, {
		parameters: {
			configId: '={{ $json.id }}',
			waitForCompletion: true,
			maximumWait: 60,
			options: { checkInterval: 10, ifStartIsLost: 'report' },
		},
		items: Array.from({ length: runs }, () => ({ id: 'cg-1' })),
	});

/** The looks at runs, by their ID or in the list, from the first good one on. */
const looks = () => simulator.requests.filter(({ method }) => method === 'GET');

/** Answers some looks otherwise, after many good ones. The runs succeed a few looks later, however long a look takes. */
const disturb = (times: number, faultFor: (disturbance: number) => Fault) => {
	let look = 0;
	simulator.onRequest = ({ method }) => {
		if (method !== 'GET') return undefined;
		const disturbance = look++ - GOOD_LOOKS;
		if (disturbance === times + 2) {
			for (const { id } of simulator.runs) simulator.endRun(id, 'succeeded');
		}
		return disturbance >= 0 && disturbance < times ? faultFor(disturbance) : undefined;
	};
};

beforeEach(() => {
	simulator.setScenario('cg-1', { neverEnds: true });
});

const expectTruth = (result: Awaited<ReturnType<typeof wait>>, runs = 1) => {
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json }) => json.outcome)).toEqual(Array(runs).fill('succeeded'));
	expect(looks().length).toBeGreaterThan(GOOD_LOOKS + 1);
};

const disturbances: Array<[string, number]> = [
	...[200, 302, 400, 401, 403, 404, 405, 407, 410, 451, 503].map((status): [string, number] => [
		'a web page',
		status,
	]),
	...[200, 204, 403, 404, 407].map((status): [string, number] => ['nothing', status]),
	...[200, 403, 404].map((status): [string, number] => ['other JSON', status]),
	...Object.keys(STRANGERS).map((what): [string, number] => [what, 404]),
];

describe('a wait goes on to the truth', () => {
	test.each(disturbances)('after %s, status %d, among good looks', async (what, status) => {
		disturb(1, () => strangerSays(what, status));
		expectTruth(await wait());
	});

	test.each([
		['a web page', 403],
		['a web page', 404],
		['nothing', 407],
		['other JSON', 200],
	])('of five runs after %s, status %d, instead of a look', async (what, status) => {
		disturb(1, () => strangerSays(what, status));
		expectTruth(await wait(5), 5);
	});

	test('after a few minutes of them', async () => {
		const kinds = Object.keys(STRANGERS);
		disturb(8, (count) =>
			strangerSays(kinds[count % kinds.length]!, [403, 404, 407, 200][count % 4]!),
		);
		expectTruth(await wait());
	});

	test('after one 404 of Amperity itself for a run that was read before', async () => {
		disturb(1, () => amperitySays(404));
		expectTruth(await wait());
	});
});

describe('a wait ends', () => {
	test('at once with a 403 of Amperity itself', async () => {
		disturb(1, () => amperitySays(403));
		const text = errorText(await wait());
		expect(text).toContain('The words of Amperity');
		expect(looks()).toHaveLength(GOOD_LOOKS + 1);
	});

	test.each([403, 404, 407])(
		'when something else answers %d for too long, and says so',
		async (status) => {
			disturb(Infinity, () => strangerSays('a web page', status));
			const text = errorText(await wait());
			expect(text).toMatch(/Something between n8n and Amperity answered/);
			expect(text).toContain(simulator.runs[0]!.id);
			const disturbed = looks().slice(GOOD_LOOKS);
			const patience = disturbed.at(-1)!.at - disturbed[0]!.at;
			expect(patience).toBeGreaterThan(8 * MINUTE);
			expect(patience).toBeLessThan(14 * MINUTE);
		},
	);

	test('when Amperity does not know the run for too long', async () => {
		disturb(Infinity, () => amperitySays(404));
		const text = errorText(await wait());
		expect(text).toContain('cannot be read');
		expect(text).toContain('The words of Amperity');
	});

	test('at once with a 404 of Amperity itself for a run that was never read', async () => {
		const result = await runAmperity(simulator, {
			parameters: { operation: 'wait', runId: 'wf-20240619-14418-6UhqSe' },
		});
		expect(errorText(result)).toContain('No workflow was found');
		expect(simulator.requests).toHaveLength(1);
	});
});
