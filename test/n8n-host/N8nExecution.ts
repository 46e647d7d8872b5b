/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { parse } from 'flatted';
import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
} from 'n8n-workflow';

/** What n8n's REST API tells of one execution. `data` is a text for the package "flatted". */
export interface ExecutionResponse {
	id: string;
	workflowId: string;
	mode: string;
	status: ExecutionStatus;
	data: string;
}

/** What n8n shows of an error: its own classes add the last two. */
export interface ExecutionError {
	message: string;
	description?: string | null;
	httpCode?: string | null;
}

const UNFINISHED: ExecutionStatus[] = ['new', 'running', 'unknown', 'waiting'];

/** An execution as n8n stored it. */
export class N8nExecution {
	readonly id: string;

	readonly status: ExecutionStatus;

	readonly mode: string;

	/** The stored text: all that a user of this n8n could ever read of the execution. */
	readonly raw: string;

	private readonly run: IRunExecutionData;

	constructor(response: ExecutionResponse) {
		this.id = response.id;
		this.status = response.status;
		this.mode = response.mode;
		this.raw = response.data;
		this.run = parse(response.data) as IRunExecutionData;
	}

	get isFinished(): boolean {
		return !UNFINISHED.includes(this.status);
	}

	/** The error that ended the execution. */
	get error(): ExecutionError | undefined {
		return this.run.resultData.error;
	}

	/** The items that the last run of a node put out; none when the node did not run. */
	items(node: string, output = 0): INodeExecutionData[] {
		return this.lastRun(node)?.data?.main?.[output] ?? [];
	}

	/** The JSON of those items. */
	json(node: string, output = 0): IDataObject[] {
		return this.items(node, output).map((item) => item.json);
	}

	/** The items that the execution began with: the output of the trigger, whatever its name is. */
	get triggerItems(): INodeExecutionData[] {
		const { runData }: Partial<IRunExecutionData['resultData']> = this.run.resultData;
		const trigger = Object.entries(runData ?? {}).find(([, [first]]) => first?.source.length === 0);
		return trigger ? this.items(trigger[0]) : [];
	}

	/** What a tool answered last to the agent that called it; nothing when it was not called. */
	toolAnswer(tool: string): unknown {
		return this.lastRun(tool)?.data?.ai_tool?.[0]?.[0]?.json.response;
	}

	/** How often the node ran: 0 when it was never reached. */
	timesRun(node: string): number {
		return this.runsOf(node).length;
	}

	private lastRun(node: string): ITaskData | undefined {
		return this.runsOf(node).at(-1);
	}

	/** In queue mode n8n stores no data at all of an execution that a person has stopped. */
	private runsOf(node: string): ITaskData[] {
		const { runData }: Partial<IRunExecutionData['resultData']> = this.run.resultData;
		return runData?.[node] ?? [];
	}
}
