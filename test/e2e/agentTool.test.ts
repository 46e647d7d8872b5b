import { NodeConnectionTypes, NodeHelpers, type INodeParameters } from 'n8n-workflow';
import type { Lab } from '../n8n-host/lab';
import { shareLab } from './shareLab';
import { agentWith, amperity, amperityTool } from './workflows';

let lab: Lab;

shareLab((started) => {
	lab = started;
});

beforeEach(() => lab.simulator.reset());

const start = {
	resource: 'workflowRun',
	operation: 'start',
	configId: { __rl: true, mode: 'id', value: "={{ $fromAI('config_id', '', 'string') }}" },
};

/** Has n8n call the tool with what a model would have chosen. */
const callStart = async (parameters: INodeParameters) => {
	const workflow = await lab.client.createWorkflow(
		agentWith('Agent', amperityTool(lab.credential, { ...start, ...parameters })),
	);
	return await lab.client.runStep(workflow, 'Amperity', { config_id: 'cg-slow' });
};

it('is offered to agents, and it alone shows the switch, which takes no expression', async () => {
	const types = await lab.client.nodeTypes();
	const shown = [amperity, amperityTool].map((make) => {
		const node = make(lab.credential, start);
		const type = types.find(({ name }) => name === node.type)!;
		const switches = type.properties
			.filter(({ name }) => name === 'allowAgent')
			.filter((property) => NodeHelpers.displayParameter(node.parameters, property, node, type));
		return { outputs: type.outputs, switches };
	});
	expect(shown).toEqual([
		{ outputs: [NodeConnectionTypes.Main], switches: [] },
		{
			outputs: [NodeConnectionTypes.AiTool],
			switches: [
				expect.objectContaining({ type: 'options', default: 'never', noDataExpression: true }),
			],
		},
	]);
});

it.each<[string, INodeParameters]>([
	['is not set', {}],
	['is an expression', { allowAgent: "={{ 'everywhere' }}" }],
])('is refused a start where the switch %s', async (_, parameters) => {
	const execution = await callStart(parameters);
	expect(execution.status).toBe('error');
	expect(execution.error?.message).toContain('This tool is not allowed to start workflow runs');
	expect(lab.simulator.requests).toEqual([]);
});

it('starts one run where the switch is on, and answers with its ID and advice', async () => {
	const execution = await callStart({ allowAgent: 'everywhere', waitForCompletion: true });
	expect(execution.status).toBe('success');
	const started = lab.simulator.runsStartedFor('cg-slow');
	expect(started).toHaveLength(1);
	expect(execution.toolAnswer('Amperity')).toEqual([
		expect.objectContaining({
			id: started[0]!.id,
			advice: expect.stringMatching(/Do not start it again.*operation Get/),
		}),
	]);
});
