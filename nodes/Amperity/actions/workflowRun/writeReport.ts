import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import { reportItem, reportTimeline, type ReportFormat } from '../../runs/report/report';
import { UsualDurations } from '../../runs/report/usualDurations';
import type { AmperityClient } from '../../transport/client';
import type { WorkflowRun } from '../../transport/workflowRuns';
import type { ItemOutput, Succeeded } from '../items';

/** How a report is written. */
export interface ReportForm {
	format: ReportFormat;
	/** IANA name of the zone of its times. */
	zone: string;
	includeTimeline: boolean;
}

/** A run that an item asks a report on. */
export interface RunToReport extends ReportForm {
	/** In its verbose view. */
	run: WorkflowRun;
	/** Who has read it. */
	client: AmperityClient;
	/** How long others of its name took, once that has been read. */
	usual?: UsualDurations;
}

type Item = Succeeded<RunToReport>;

/** The same run is reported once, however many items name it. */
const keyOf = ({ value: { client, run } }: Item): string =>
	`${client.account.connection} ${run.id}`;

/** Adds how long runs usually take, which is read once for all runs of one connection. Never throws. */
export async function withUsualDurations(items: Item[]): Promise<Item[]> {
	const usualOf = new Map<string, Promise<UsualDurations>>();
	for (const { value } of items) {
		const { client } = value;
		const { connection } = client.account;
		if (usualOf.has(connection)) continue;
		const together = items.filter((item) => item.value.client.account.connection === connection);
		const runs = together.map((item) => item.value.run);
		usualOf.set(connection, UsualDurations.of(client, runs));
	}
	return await Promise.all(
		items.map(async ({ itemIndex, value }) => {
			const usual = await usualOf.get(value.client.account.connection);
			return { itemIndex, value: { ...value, usual } };
		}),
	);
}

async function timelineFile(context: IExecuteFunctions, svg: string): Promise<IBinaryKeyData> {
	const { prepareBinaryData } = context.helpers;
	const picture = Buffer.from(svg, 'utf8');
	return { timeline: await prepareBinaryData(picture, 'timeline.svg', 'image/svg+xml') };
}

/** One report on the runs of some items, in the form that the first of them asks for. */
export async function writeReport(context: IExecuteFunctions, items: Item[]): Promise<ItemOutput> {
	const [{ itemIndex, value: first }] = items as [Item];
	const { client, format, includeTimeline, zone } = first;
	const runs = [...new Map(items.map((item) => [keyOf(item), item.value])).values()];
	const reported = runs.map(({ run, usual, client: { account } }) => ({
		run,
		url: account.runUrl(run.id),
		usualMs: usual?.for(run),
	}));
	const time = { now: client.clock.now(), zone };
	const error = runs.find(({ usual }) => usual?.error)?.usual?.error;
	const output: ItemOutput = {
		itemIndex,
		value: {
			...reportItem(reported, format, time),
			...(error && { usual_duration_error: error.message }),
		},
	};
	if (!includeTimeline) return output;
	return { ...output, binary: await timelineFile(context, reportTimeline(reported, time)) };
}
