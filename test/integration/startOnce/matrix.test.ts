import type { NodeResult } from '../../engine';
import { warpTime } from '../../engine/warpTime';
import { withoutStackTraces } from '../../engine/withoutStackTraces';
import { AmperitySimulator } from '../../simulator';
import { MORE_NOT_PROMPT, MORE_PROMPT, NOT_PROMPT, PROMPT, type LostAnswer } from './answers';
import { Lab } from './lab';

/** Many starts are under way here at once, each of which may take three minutes: a second and a half. */
const SPEED = 100;
const LANES = 12;

withoutStackTraces();

let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(SPEED);
});

afterAll(() => unwarp());

const OPTIONS = ['default', 'findElseStartAgain', 'findElseReport', 'report'];
const PREFIXES = ['cg', 'og', 'cc', 'xy'];
const MAY_BE_STARTED_AGAIN = ['cg', 'og'];

interface Case {
	prefix: string;
	option: string;
	accepted: boolean;
}

const casesOf = (prefixes: string[], options: string[]): Case[] =>
	prefixes.flatMap((prefix) =>
		options.flatMap((option) => [true, false].map((accepted) => ({ prefix, option, accepted }))),
	);

const ALL = casesOf(PREFIXES, OPTIONS);
const SOME = casesOf(['cg', 'cc'], ['default']);

/** What became of an item, and what that took. */
interface Outcome {
	item: string;
	posts: number;
	runs: number;
	lists: boolean;
}

/** What should become of it. */
function rightOutcome({ prefix, option, accepted }: Case, isPrompt: boolean): Outcome {
	const runs = accepted ? 1 : 0;
	if (option === 'report') return { item: 'reported', posts: 1, runs, lists: false };
	if (accepted) return { item: 'its run, list', posts: 1, runs: 1, lists: true };
	const mayStartAgain =
		option === 'findElseStartAgain' ||
		(option === 'default' && MAY_BE_STARTED_AGAIN.includes(prefix));
	if (!isPrompt || !mayStartAgain) return { item: 'reported', posts: 1, runs: 0, lists: true };
	return { item: 'its run, started_again 1', posts: 2, runs: 1, lists: true };
}

let tenants = 0;

/** Its name is known, and who we are: the answer to the second start is lost. */
async function play(answer: LostAnswer, { prefix, option, accepted }: Case): Promise<Outcome> {
	// What the node remembers belongs to the tenant, so every start has one of its own.
	const tenant = `tenant-${++tenants}`;
	const simulator = await AmperitySimulator.start({ tenant, rateLimit: false });
	try {
		const lab = new Lab(simulator);
		const configId = `${prefix}-1`;
		await lab.learn([configId]);
		simulator.requests.length = 0;
		const known = simulator.runs.length;
		lab.failStarts(configId, answer(accepted));
		const options = option === 'default' ? {} : { ifStartIsLost: option };
		const result = await lab.run([configId], { options });
		expect(simulator.validationErrors).toEqual([]);
		return {
			item: itemOf(result, configId, simulator.runs.slice(known).at(-1)?.id),
			posts: lab.posts().length,
			runs: simulator.runs.length - known,
			lists: lab.lists().length > 0,
		};
	} finally {
		await simulator.stop();
	}
}

function itemOf({ items, error }: NodeResult, configId: string, runId?: string): string {
	if (error?.message.includes(`A run of ${configId} may have started all the same`)) {
		return 'reported';
	}
	if (error) return `${error.message} ${error.description}`;
	const [{ id, start_confirmed_by: how, times_started_again: times }] = items.map(
		({ json }) => json,
	) as [Record<string, unknown>];
	return `${id === runId ? 'its' : 'another'} run, ${[how, times].join(' ').trim()}`;
}

async function expectRight(
	answers: Record<string, LostAnswer>,
	cases: Case[],
	isPrompt: boolean,
): Promise<void> {
	const outcomes: Record<string, Outcome> = {};
	const right: Record<string, Outcome> = {};
	const left = Object.entries(answers).flatMap(([name, answer]) =>
		cases.map((one) => ({ name: `${name}: ${JSON.stringify(one)}`, answer, one })),
	);
	const playLane = async () => {
		for (let next = left.pop(); next; next = left.pop()) {
			right[next.name] = rightOutcome(next.one, isPrompt);
			outcomes[next.name] = await play(next.answer, next.one);
		}
	};
	await Promise.all(Array.from({ length: LANES }, playLane));
	expect(outcomes).toEqual(right);
}

describe('whatever was lost of a start of any kind, with each choice, it is right', () => {
	test.each(Object.entries(PROMPT))('after %s', async (name, answer) => {
		await expectRight({ [name]: answer }, ALL, true);
	});

	test.each(Object.entries(NOT_PROMPT))('after %s', async (name, answer) => {
		await expectRight({ [name]: answer }, ALL, false);
	});
});

describe('and a campaign’s start is treated with more care than a courier group’s', () => {
	test('after whatever else comes from a server in trouble', async () => {
		await expectRight(MORE_PROMPT, SOME, true);
	});

	test('after whatever else may hide a start that is under way', async () => {
		await expectRight(MORE_NOT_PROMPT, SOME, false);
	});
});
