import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { oAuth2CredentialData, startLab, type Lab } from '../n8n-host/lab';
import { until, type SavedCredential, type SavedWorkflow } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import type { RecordedRequest } from '../simulator';
import { filesHolding } from './filesHolding';
import { endRun, latestEnd, reportsOf, type End } from './finishedRuns';
import { amperity, amperityTrigger, chain, manualTrigger, startParameters } from './workflows';

const TOKEN_LIFETIME = 5_000;
const WAIT = 20_000;
const SECOND_SECRET = 'second-simulator-secret';

let lab: Lab;

beforeAll(async () => {
	lab = await startLab({ simulator: { tokenLifetimeMs: TOKEN_LIFETIME } });
}, 150_000);

afterAll(async () => {
	await lab?.stop();
});

const newCredential = async (changes: ICredentialDataDecryptedObject = {}) =>
	await lab.client.createCredential('amperityOAuth2Api', {
		...oAuth2CredentialData(lab.simulator),
		...changes,
	});
const newWorkflow = async (credential: SavedCredential, parameters = startParameters('cg-1')) =>
	await lab.client.createWorkflow(
		chain('Start', manualTrigger(), amperity(credential, parameters)),
	);
const issuedTokens = () => lab.simulator.tokenExchanges.flatMap(({ token }) => token ?? []);

describe('the credential', () => {
	const test = async (changes: ICredentialDataDecryptedObject = {}) => {
		const data = { ...oAuth2CredentialData(lab.simulator), ...changes };
		return await lab.client.testCredential(await newCredential(changes), data);
	};

	it('is accepted when it is right', async () => {
		expect(await test()).toMatchObject({ status: 'OK' });
		expect(lab.simulator.requests.at(-1)).toMatchObject({
			path: '/workflow/runs',
			status: 200,
			headers: { authorization: `Bearer ${issuedTokens().at(-1)}` },
		});
	});

	it.each<[string, ICredentialDataDecryptedObject, RegExp]>([
		['secret', { clientSecret: 'wrong' }, /did not accept Client ID and Client Secret/],
		['tenant', { tenant: 'nobody' }, /Check .*Tenant ID/],
	])('says what to do about a wrong %s', async (_, changes, message) => {
		expect(await test(changes)).toEqual({
			status: 'Error',
			message: expect.stringMatching(message),
		});
	});
});

describe('while every token lives 5 s', () => {
	const PAGES = 40;
	const PAGE_SIZE = 5;

	let start: N8nExecution;
	let list: N8nExecution;
	let triggered: SavedWorkflow;
	let listedIds: string[];
	let ends: End[];
	let reported: End[];
	let requests: RecordedRequest[];

	beforeAll(async () => {
		const { simulator, client } = lab;
		simulator.reset();
		simulator.pageCap = PAGE_SIZE;
		simulator.setScenario('cg-waits', { durationMs: WAIT });
		// Too old for the look at recent runs before a start.
		const createdAt = simulator.clock.now() - 2 * 3_600_000;
		const scenario = { neverEnds: true };
		listedIds = Array.from({ length: PAGES * PAGE_SIZE }, () =>
			simulator.startRunAs({ principal: 'person', scenario, createdAt }),
		).map(({ id }) => id);

		// All of them share the pace, which so lasts for several lives of a token.
		const credential = await newCredential({ requestsPerSecond: 4 });
		const options = { checkInterval: 5 };
		const starting = await client.startWorkflow(
			await newWorkflow(
				credential,
				startParameters('cg-waits', { waitForCompletion: true, options }),
			),
		);
		const createdBefore = new Date(createdAt + 60_000).toISOString();
		const listing = await client.startWorkflow(
			await newWorkflow(credential, {
				operation: 'getMany',
				returnAll: true,
				filters: { created_to: createdBefore },
			}),
		);
		triggered = await client.createWorkflow(
			chain('Ended', amperityTrigger(credential), amperity(credential, { operation: 'getMany' })),
		);
		await client.activate(triggered);
		ends = [];
		for (let life = 1; life <= 3; life++) {
			const known = issuedTokens().length;
			await until('the next token', 2 * TOKEN_LIFETIME, async () =>
				issuedTokens().length > known ? true : undefined,
			);
			ends.push(endRun(simulator));
		}
		[start, list] = await Promise.all([
			client.waitForExecution(starting, 2 * WAIT),
			client.waitForExecution(listing, 2 * WAIT),
		]);
		// The run that was waited for has ended as well.
		ends.push(latestEnd(simulator, simulator.runsStartedFor('cg-waits')[0]!.id));
		reported = (await reportsOf(lab, triggered, ends.length)).flat();
		requests = [...simulator.requests];
		await client.deactivate(triggered);
	}, 90_000);

	it('a start waits for its run', () => {
		expect(start.status).toBe('success');
		expect(start.json('Amperity')).toMatchObject([{ outcome: 'succeeded', duration_seconds: 20 }]);
		expect(lab.simulator.runsStartedFor('cg-waits')).toHaveLength(1);
	});

	it('a list of many pages is complete', () => {
		expect(list.status).toBe('success');
		const ids = list.json('Amperity').map(({ id }) => id);
		expect(ids.sort()).toEqual([...listedIds].sort());
	});

	it('a trigger polls on', async () => {
		expect(reported.sort()).toEqual(ends.sort());
		const executions = await lab.client.listExecutions(triggered);
		expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['success']));
	});

	it('new tokens are got in time, and a refused request is repeated with another one', () => {
		const exchanges = requests.filter(({ path }) => path.includes('oauth2'));
		expect(exchanges.length).toBeGreaterThanOrEqual(3);
		const apiRequests = requests.filter(({ path }) => !path.includes('oauth2'));
		const keyOf = ({ method, path, query }: RecordedRequest) =>
			JSON.stringify([method, path, query]);
		const refused = apiRequests.filter(({ status }) => status === 401);
		for (const request of refused) {
			const repeated = apiRequests.find(
				(other) => other.index > request.index && keyOf(other) === keyOf(request),
			);
			expect(repeated?.status).toBeLessThan(300);
			expect(repeated?.headers.authorization).not.toBe(request.headers.authorization);
		}
	});
});

describe('the client secret', () => {
	beforeAll(() => {
		lab.simulator.reset();
		lab.simulator.tokenLifetimeMs = 3_600_000;
	});

	it('if it is wrong, fails the node with a text that says so, and nothing is started', async () => {
		const credential = await newCredential({ clientSecret: 'wrong' });
		const execution = await lab.client.runWorkflow(await newWorkflow(credential));
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toContain('did not accept Client ID and Client Secret');
		expect(lab.simulator.runs).toEqual([]);
	});

	it('is used at once when it is changed, in place of a token that is still good', async () => {
		const credential = await newCredential();
		const workflow = await newWorkflow(credential);
		expect((await lab.client.runWorkflow(workflow)).status).toBe('success');

		lab.simulator.clientSecret = SECOND_SECRET;
		await lab.client.changeCredential(credential, { clientSecret: SECOND_SECRET });
		const known = issuedTokens();
		expect((await lab.client.runWorkflow(workflow)).status).toBe('success');
		expect(issuedTokens()).toHaveLength(known.length + 1);
		const { headers, method } = lab.simulator.requests.at(-1)!;
		expect(method).toBe('POST');
		expect(headers.authorization).toBe(`Bearer ${issuedTokens().at(-1)}`);
	});

	it('is not used any more once a wrong one has been entered', async () => {
		const credential = await newCredential();
		const workflow = await newWorkflow(credential);
		expect((await lab.client.runWorkflow(workflow)).status).toBe('success');

		await lab.client.changeCredential(credential, { clientSecret: 'wrong' });
		const execution = await lab.client.runWorkflow(workflow);
		expect(execution.error?.message).toContain('did not accept Client ID and Client Secret');
	});

	it('shows nowhere, and neither do its tokens', async () => {
		const credential = await newCredential();
		const workflow = await newWorkflow(credential);
		expect((await lab.client.runWorkflow(workflow)).status).toBe('success');
		expect(issuedTokens()).not.toEqual([]);

		const secrets = [lab.simulator.clientSecret, SECOND_SECRET, 'simulator-oauth-token-'];
		expect(issuedTokens().every((token) => token.startsWith(secrets[2]!))).toBe(true);
		const form = JSON.stringify(await lab.client.openCredential(credential));
		expect(await filesHolding(lab.home, 'cg-1')).not.toEqual([]);
		for (const secret of secrets) {
			expect(await filesHolding(lab.home, secret)).toEqual([]);
			expect([lab.n8n.log, form].filter((text) => text.includes(secret))).toEqual([]);
		}
	});
});
