import type { INode, INodeListSearchResult, INodeParameters } from 'n8n-workflow';
import type { Lab } from '../n8n-host/lab';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import { shareLab } from './shareLab';
import { amperity, chain, items, manualTrigger, startParameters } from './workflows';

let lab: Lab;

shareLab((started) => {
	lab = started;
});

beforeEach(() => lab.simulator.reset());

afterEach(() => expect(lab.simulator.validationErrors).toEqual([]));

describe('the choices of', () => {
	const search = async (
		[methodName, parameter]: [string, string],
		filter?: string,
		paginationToken?: string,
	) =>
		await lab.client.searchList({
			node: amperity(lab.credential, startParameters('')),
			parameter,
			methodName,
			filter,
			paginationToken,
		});

	const campaigns: [string, string] = ['searchCampaigns', 'configId'];
	const runs: [string, string] = ['searchRecentRuns', 'runId'];
	const values = ({ results }: INodeListSearchResult) => results.map(({ value }) => value);

	it('campaigns come page by page, and one is found on whatever page it is', async () => {
		lab.simulator.pageCap = 20;
		const known = lab.simulator.campaigns.map(({ id }) => id);
		const first = await search(campaigns);
		expect(values(first)).toHaveLength(20);
		const second = await search(campaigns, undefined, String(first.paginationToken));
		const third = await search(campaigns, undefined, String(second.paginationToken));
		expect([first, second, third].flatMap(values).sort()).toEqual(known.sort());
		expect(third.paginationToken).toBeUndefined();

		expect((await search(campaigns, 'campaign 45')).results).toEqual([
			{ name: 'Campaign 45 (cc-Campaign45)', value: 'cc-Campaign45' },
		]);
	});

	it('recent runs are the youngest first, and are searched', async () => {
		const old = lab.simulator.startRunAs({ principal: 'person', name: 'Daily load' });
		lab.simulator.clock.advance(1_000);
		const young = lab.simulator.startRunAs({ principal: 'automated', name: 'Newsletter' });
		expect(values(await search(runs))).toEqual([young.id, old.id]);
		expect(values(await search(runs, 'DAILY'))).toEqual([old.id]);
	});

	it.each([campaigns, runs])('%s are an error where Amperity refuses', async (...list) => {
		lab.simulator.failNext({ kind: 'status', status: 403 });
		await expect(search(list)).rejects.toThrow('The API key is not allowed to do this');
	});
});

describe('the other resources', () => {
	const run = async (...nodes: INode[]): Promise<N8nExecution> =>
		await lab.client.runWorkflow(
			await lab.client.createWorkflow(
				chain(expect.getState().currentTestName ?? '', manualTrigger(), ...nodes),
			),
		);

	it.each<[string, INodeParameters, string]>([
		['campaign', { filters: { dataTemplateId: 'ptg-Newsletter' } }, 'cc-Campaign3'],
		['segment', {}, 'seg-Segment1'],
		['auditEvent', {}, 'event-1'],
	])('%s: Get Many', async (resource, parameters, firstId) => {
		const settings = { resource, operation: 'getMany', limit: 3, ...parameters };
		const execution = await run(amperity(lab.credential, settings));
		expect(execution.status).toBe('success');
		const found = execution.json('Amperity');
		expect(found).toHaveLength(3);
		expect(found[0]!.id ?? found[0]!.event_id).toBe(firstId);
	});

	it('ingestJob: Get Many, then Get of one that is there and one that is not', async () => {
		const { id } = lab.simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		lab.simulator.endRun(id, 'succeeded');
		const jobId = id.replace('wf-', 'isj-');
		const listed = await run(
			amperity(lab.credential, {
				resource: 'ingestJob',
				operation: 'getMany',
				createdFrom: '={{ $now.minus({ days: 10 }) }}',
				createdTo: '={{ $now.plus({ days: 1 }) }}',
			}),
		);
		expect(listed.json('Amperity')).toMatchObject([{ id: jobId }]);

		const read = await run(
			...items([{ jobId: 'isj-unknown' }, { jobId }]),
			amperity(
				lab.credential,
				{ resource: 'ingestJob', operation: 'get', jobId: '={{ $json.jobId }}' },
				{ onError: 'continueRegularOutput' },
			),
		);
		expect(read.status).toBe('success');
		expect(read.items('Amperity')).toMatchObject([
			{ json: { error: expect.stringContaining('isj-unknown') }, pairedItem: { item: 0 } },
			{ json: { id: jobId }, pairedItem: { item: 1 } },
		]);
	});
});
