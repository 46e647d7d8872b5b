import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { ifLostOption, readIfLost } from '../../nodes/Amperity/actions/workflowRun/ifLost';
import { NODE } from './fakeClient';

/** Reads the option of the third item, which holds this value; without one, n8n gives the fallback. */
function read(configId: string, ...values: unknown[]): string {
	const getNodeParameter = (name: string, itemIndex: number, fallback: unknown) => {
		expect([name, itemIndex]).toEqual(['options.ifStartIsLost', 2]);
		return values.length > 0 ? values[0] : fallback;
	};
	const context = { getNodeParameter, getNode: () => NODE } as unknown as IExecuteFunctions;
	return readIfLost(context, 2, configId);
}

test.each([
	['cg-1', 'findElseStartAgain'],
	['og-1', 'findElseStartAgain'],
	['cc-1', 'findElseReport'],
	['xx-1', 'findElseReport'],
	['cgx-1', 'findElseReport'],
	['CG-1', 'findElseReport'],
	['my-cg-1', 'findElseReport'],
	['cg', 'findElseReport'],
	['', 'findElseReport'],
])('without the option, a lost start of %s: %s', (configId, expected) => {
	expect(read(configId)).toBe(expected);
	expect(read(configId, '')).toBe(expected);
});

test.each(['findElseStartAgain', 'findElseReport', 'report'])(
	'with the option %s, a lost start of anything: the same',
	(choice) => {
		for (const configId of ['cg-1', 'og-1', 'cc-1', 'xx-1']) {
			expect(read(configId, choice)).toBe(choice);
		}
	},
);

test.each([
	['startAgain', '"startAgain"'],
	['Report', '"Report"'],
	[' report', '" report"'],
	[true, 'true'],
	[false, 'false'],
	[0, '0'],
	[null, 'null'],
	[['report'], '["report"]'],
])('no choice is %p: an error that names the field, the item and the choices', (value, shown) => {
	let error: unknown;
	try {
		read('cg-1', value);
	} catch (thrown) {
		error = thrown;
	}
	expect(error).toBeInstanceOf(NodeOperationError);
	const { message, description, context } = error as NodeOperationError;
	expect(message).toBe(`If a Start Is Lost has no choice ${shown} [item 2]`);
	expect(description).toBe('Use findElseReport, findElseStartAgain, report.');
	expect(context.itemIndex).toBe(2);
});

test('the field offers these choices, and starts nothing again by being added', () => {
	const { displayName, name, options } = ifLostOption;
	expect([displayName, name]).toEqual(['If a Start Is Lost', 'ifStartIsLost']);
	expect(options).toEqual([
		expect.objectContaining({ name: 'Find It, Else Report', value: 'findElseReport' }),
		expect.objectContaining({ name: 'Find It, Else Start Again', value: 'findElseStartAgain' }),
		expect.objectContaining({ name: 'Report', value: 'report' }),
	]);
	expect(ifLostOption.default).toBe('findElseReport');
});
