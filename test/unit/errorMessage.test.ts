import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { eachItem } from '../../nodes/Amperity/actions/items';
import { withMessage, withoutCanceled } from '../../nodes/Amperity/engine/errorMessage';
import { NODE } from './fakeClient';

test.each([
	['The run was canceled', 'The run was cancelled'],
	['uncanceled, canceled', 'uncancelled, cancelled'],
	['Canceled, CANCELED, cancelled and canceling', 'Canceled, CANCELED, cancelled and canceling'],
])('rewrites only what n8n takes for a cancel: %s', (text, expected) => {
	expect(withoutCanceled(text)).toBe(expected);
});

test.each(['Courier group 403 was not found', 'ECONNREFUSED was canceled'])(
	'an error keeps a message in which n8n sees a status or a code: %s',
	(message) => {
		const error = withMessage(new NodeOperationError(NODE, message), message);
		expect(error.message).toBe(withoutCanceled(message));
	},
);

test.each([
	['n8n', new NodeOperationError(NODE, 'It was canceled')],
	['anything else', new Error('It was canceled')],
])('the error of an item does not hold it either, if %s has thrown it', async (_, thrown) => {
	const context = {
		getInputData: () => [{ json: {} }],
		continueOnFail: () => false,
		getNode: () => NODE,
	} as unknown as IExecuteFunctions;
	const [outcome] = await eachItem(context, () => {
		throw thrown;
	});
	expect(outcome!.error!.message).toBe('It was cancelled');
});
