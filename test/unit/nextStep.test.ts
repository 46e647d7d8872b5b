import { nextStep } from '../../nodes/Amperity/runs/run/nextStep';
import { inState } from './inState';

const FILE = expect.stringMatching(/^Deliver the file .* ignore the missing file/);
const CREDENTIALS = expect.stringMatching(/^Update the credentials /);
const THRESHOLD = expect.stringMatching(/ update the error threshold /);
const CONFIGURATION = expect.stringMatching(/^Correct the configuration /);
const PLATFORM = expect.stringMatching(/^Restart the workflow .* run it again from n8n/);
const LOOK = expect.stringMatching(/^Look at the run on the Workflows page/);

describe('what to do about a failure of the configuration', () => {
	test.each([
		['No file matches the pattern of the courier', FILE],
		['No files found', FILE],
		['no such file: a.csv', FILE],
		['The file was not found', FILE],
		['File orders.csv does not exist', FILE],
		['Missing file: orders.csv', FILE],
		['File orders.csv is missing.', FILE],
		['The file is missing the column email', CONFIGURATION],
		['Missing file header', CONFIGURATION],
		['No file may hold more than 100 columns', CONFIGURATION],
		['Invalid credentials for SFTP', CREDENTIALS],
		['The password has expired', CREDENTIALS],
		['Login failed', CREDENTIALS],
		['Unauthorized', CREDENTIALS],
		['The column password does not exist', CONFIGURATION],
		['Error threshold exceeded', THRESHOLD],
		['Rejected records exceeded the allowed threshold', THRESHOLD],
		['The threshold of the model must be a number', CONFIGURATION],
		['Column x does not exist', CONFIGURATION],
		['', CONFIGURATION],
	])('“%s”', (message, expected) => {
		expect(nextStep(inState('failed', { error: { message, attribution: 'customer' } }))).toEqual(
			expected,
		);
	});

	test('follows from the type of its error', () => {
		const error = { type: 'amperity.courier.core/missing-file', attribution: 'customer' };
		expect(nextStep(inState('failed', { error }))).toEqual(FILE);
	});

	test('follows from the errors of its tasks', () => {
		const task_instances = [{ id: 'wft-1', state: 'failed', error: { message: 'Access denied' } }];
		const run = inState('failed', { error: { attribution: 'customer' }, task_instances });
		expect(nextStep(run)).toEqual(CREDENTIALS);
	});
});

test.each([
	['platform', 'Unauthorized', PLATFORM],
	['Platform', 'Lost', PLATFORM],
	['Customer', 'Column x does not exist', CONFIGURATION],
	[undefined, 'No files found', FILE],
	[undefined, 'Something else', LOOK],
	['nobody', undefined, LOOK],
	['constructor', undefined, LOOK],
	[['customer'], 5, LOOK],
])('of a failure attributed to %p', (attribution, message, expected) => {
	expect(nextStep(inState('failed', { error: { attribution, message } }))).toEqual(expected);
});

test.each([undefined, null, 'no', 5, []])('an error of %p is borne', (error) => {
	expect(nextStep(inState('failed', { error, task_instances: {} }))).toEqual(LOOK);
});

test.each([
	['succeeded', undefined],
	['skipped', undefined],
	['running', undefined],
	['stopped', expect.stringContaining('who stopped it')],
	['canceled', expect.stringContaining('who stopped it')],
	['expired', LOOK],
])('of a run that is %s', (state, expected) => {
	const ended_at = '2026-10-01T00:00:00Z';
	expect(nextStep(inState(state, { ended_at, error: { message: 'x' } }))).toEqual(expected);
});
