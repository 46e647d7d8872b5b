import type { INodeParameters } from 'n8n-workflow';
import type { Form } from './forms';

const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });

/** A start of a courier group for a range of time, as a person fills it in. */
export const filledStart = {
	configId: byId('cg-123ABc4DE'),
	runMode: 'refresh',
	timeRange: 'range',
	rangeFrom: '2026-10-01T00:00:00',
	rangeTo: '2026-10-02T00:00:00',
	timeZone: 'named',
	timeZoneName: 'America/New_York',
	waitForCompletion: true,
};

/** Forms as people fill them in, by node: values may hide fields, and errors show with values only. */
export const filledForms: Record<string, Form[]> = {
	amperity: [
		{
			name: 'filled-courier-group-range',
			parameters: filledStart,
		},
		{ name: 'filled-orchestration-group', parameters: { configId: byId('og-123ABc4DE') } },
		{
			name: 'filled-campaign',
			parameters: {
				configId: {
					__rl: true,
					mode: 'list',
					value: 'cc-123ABc4DE',
					cachedResultName: 'Fall winback',
				},
				waitForCompletion: true,
			},
		},
		{ name: 'filled-wrong-id', parameters: { configId: byId('Daily customer load') } },
		{
			name: 'filled-get-by-expression',
			parameters: { operation: 'get', runId: byId('={{ $json.id }}') },
		},
	],
	amperityTrigger: [
		{
			name: 'filled-all-events',
			parameters: {
				events: ['runEnded', 'runStarted', 'runIsSlow', 'runDidNotStart'],
				startBy: '06:00',
				notBefore: '18:00',
				filters: { nameContains: 'Daily' },
			},
		},
	],
};
