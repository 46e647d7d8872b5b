import type { INodePropertyOptions } from 'n8n-workflow';

/** How a run can have ended, as far as Amperity's pages tell. */
export const OUTCOMES: INodePropertyOptions[] = [
	{ name: 'Failed', value: 'failed' },
	{ name: 'Skipped', value: 'skipped' },
	{ name: 'Stopped', value: 'stopped', description: 'Stopped by somebody' },
	{ name: 'Succeeded', value: 'succeeded' },
];
