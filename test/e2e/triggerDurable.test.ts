import type { Lab } from '../n8n-host/lab';
import { shareLab } from './shareLab';
import { DURABLE_CURSORS, MANY_POLLS, testTellsOnce } from './tellsOnce';

let lab: Lab;

shareLab((started) => (lab = started), {
	env: { ...DURABLE_CURSORS, N8N_LOG_LEVEL: 'debug', N8N_LOG_SCOPES: 'scheduler' },
});

const story = testTellsOnce(() => lab);

it('has made up for all the poll times that n8n has missed', () => {
	const { id } = story().overdue.workflow;
	const polls = lab.n8n.log.split('\n').filter((line) => line.includes('Poll returned'));
	expect(polls.filter((line) => line.includes(id)).length).toBeGreaterThanOrEqual(MANY_POLLS);
});
