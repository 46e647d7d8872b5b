import { ifLostOption, readIfLost } from '../../nodes/Amperity/actions/workflowRun/ifLost';
import { fieldsWith } from './fieldsWith';

const read = (configId: string, value?: unknown) =>
	readIfLost(fieldsWith({ 'options.ifStartIsLost': value ?? null }), configId);

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

test('the field starts nothing again by being added', () => {
	expect(ifLostOption.default).toBe('findElseReport');
	expect(read('cg-1', ifLostOption.default)).toBe('findElseReport');
});
