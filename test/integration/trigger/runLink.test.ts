import type { IDataObject } from 'n8n-workflow';
import { createTrigger } from '../../engine';
import { MINUTE, TriggerLab } from './lab';

const lab = new TriggerLab({ date: '2026-10-01T12:00:00Z' });

const credentials = () => ({
	...lab.credentials,
	workflowPageUrl: 'https://amperity.example/runs/{id}',
});

test('what is told of a run links to its page, in each form', async () => {
	const events = ['runEnded', 'runStarted', 'runIsSlow', 'runDidNotStart'];
	const filters = { nameContains: 'r' };
	const deadline = { startBy: '12:30', notBefore: '12:20', timeZone: 'UTC' };
	for (const simplify of [true, false]) {
		const parameters = { events, slowAfterMinutes: 10, filters, simplify, ...deadline };
		const { poll } = createTrigger(credentials(), parameters, { nodeId: `trigger-${simplify}` });
		await poll();
		lab.end('failed');
		lab.startEndless();
		lab.pass(35 * MINUTE);
		const items = await poll();
		expect(new Set(items.map(({ event }) => event))).toEqual(
			new Set(simplify ? events : events.slice(0, 3)),
		);
		for (const { last_run: last, ...item } of items) {
			const { id, url } = (last ?? item) as IDataObject;
			expect(url).toBe(`https://amperity.example/runs/${String(id)}`);
		}
	}
});
