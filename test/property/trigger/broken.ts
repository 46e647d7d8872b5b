import type {
	IDataObject,
	IHttpRequestOptions,
	INodeExecutionData,
	IPollFunctions,
} from 'n8n-workflow';
import { forgetTenants } from '../../../nodes/Amperity/tenantMemory';
import { REAL_HOST, type Host } from './n8nModel';
import { copyOf } from './pollContext';
import type { EndPlan, Schedule } from './schedule';

/** Something that breaks a promise, so that the proof can be tried. */
export interface Broken {
	name: string;
	host?: () => Partial<Host>;
	bend?: (schedule: Schedule) => Schedule;
	/** What the proof has to find. */
	finds: RegExp;
}

type Answer = { headers: IDataObject; body: AsyncIterable<Uint8Array> };

/** The trigger with something else in the place of a part of n8n's context. */
function pollWith(change: (context: IPollFunctions) => Partial<IPollFunctions>): Partial<Host> {
	return {
		poll: async (context) => {
			const changes = Object.entries(change(context)).map(([key, value]) => [key, { value }]);
			const changed: unknown = Object.create(
				context,
				Object.fromEntries(changes) as PropertyDescriptorMap,
			);
			return await REAL_HOST.poll(changed as IPollFunctions);
		},
	};
}

/** The trigger with other answers of Amperity's. */
const answering = (change: (answer: Answer) => Promise<Answer>): Partial<Host> =>
	pollWith(({ helpers }) => ({
		helpers: {
			...helpers,
			httpRequestWithAuthentication: async (type: string, options: IHttpRequestOptions) => {
				const { httpRequestWithAuthentication: request } = helpers;
				return await change((await request.call({} as never, type, options)) as Answer);
			},
		},
	}));

/** The trigger with other items. */
const telling = (change: (items: INodeExecutionData[]) => INodeExecutionData[]): Partial<Host> => ({
	poll: async (context) => {
		const [items] = (await REAL_HOST.poll(context)) ?? [];
		const told = items && change(items);
		return told?.length ? [told] : null;
	},
});

const withEnds = (schedule: Schedule, change: (end: EndPlan) => Partial<EndPlan>): Schedule => ({
	...schedule,
	runs: schedule.runs.map((run) => ({
		...run,
		ends: run.ends.map((end) => ({ ...end, ...change(end) })),
	})),
});

async function onFirstPage(answer: Answer): Promise<Answer> {
	const json = JSON.parse(await textOf(answer.body)) as IDataObject;
	const bytes = Buffer.from(JSON.stringify({ ...json, next_token: undefined }));
	const body = {
		async *[Symbol.asyncIterator]() {
			yield bytes;
		},
		destroy() {},
	};
	return { ...answer, body };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	const text = Buffer.concat(chunks).toString();
	return text.startsWith('{') ? text : '{}';
}

export const BROKEN: Broken[] = [
	{
		name: 'ends that are listed later than promised',
		bend: (schedule) =>
			withEnds(schedule, ({ lateMs }) => ({ lateMs: lateMs && lateMs + 3_600_000 })),
		finds: /^lost: runEnded/m,
	},
	{
		name: 'filters in whole hours',
		bend: (schedule) => ({
			...schedule,
			list: { ...schedule.list, coarseMs: 3_600_000, rounds: 'up' },
		}),
		finds: /^lost: runEnded/m,
	},
	{
		name: 'a database that loses all',
		host: () => ({ read: () => ({}) }),
		finds: /^lost: runEnded/m,
	},
	{
		name: 'a database that loses the data of the workflow',
		host: () => ({ read: (stored) => copyOf({ ...stored, global: undefined }) }),
		finds: /^lost: runEnded/m,
	},
	{
		name: 'a database that is put back to what it was',
		host: () => {
			const first = new Map<string, IDataObject>();
			return {
				read: (stored) => {
					const kind = 'cursor' in stored ? 'row' : 'workflow';
					const isEmpty = Object.keys(stored).length === 0;
					if (!isEmpty && !first.has(kind)) first.set(kind, copyOf(stored));
					return copyOf(first.get(kind) ?? stored);
				},
			};
		},
		finds: /^told \d+ times: runEnded/m,
	},
	{
		name: 'a process that forgets what it has just told',
		host: () => ({ beforePoll: forgetTenants }),
		finds: /^told \d+ times: runEnded/m,
	},
	{
		name: 'a clock of Amperity that is ahead',
		host: () =>
			answering(async (answer) => {
				const { date } = answer.headers;
				const ahead = new Date(Date.parse(String(date)) + 7_200_000).toUTCString();
				return { ...answer, headers: date ? { ...answer.headers, date: ahead } : {} };
			}),
		finds: /^lost: runEnded/m,
	},
	{
		name: 'a list of which only the first page is read',
		host: () => answering(onFirstPage),
		finds: /^lost: runEnded/m,
	},
	{
		name: 'items that get lost',
		host: () => telling((items) => items.slice(1)),
		finds: /^lost: run/m,
	},
	{
		name: 'items with the newest first',
		host: () => telling((items) => items.reverse()),
		finds: /^not in order/m,
	},
	{
		name: 'deadlines in another time zone',
		host: () => pollWith(() => ({ getTimezone: () => 'Pacific/Honolulu' })),
		finds: /^(lost|must not be told): runDidNotStart/m,
	},
	{
		name: 'runs that are slow too soon',
		host: () =>
			pollWith(({ getNodeParameter }) => ({
				getNodeParameter: ((name: string, ...others: never[]) =>
					name === 'slowAfterMinutes' ? 5 : getNodeParameter(name, ...others)) as never,
			})),
		finds: /^wrongly slow/m,
	},
];
