import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { credentialsFor, NodeResult, NodeRun } from '../../../engine';

/** What came of an execution, as far as promises speak of it. It can be sent from one process to another. */
export interface ExecutionResult extends Pick<NodeResult, 'items' | 'errorItems' | 'staticData'> {
	error?: { name: string; message: string; description: string; context: IDataObject };
	/** All that n8n keeps of the execution. */
	text: string;
}

/** An execution that has begun. */
export interface StartedExecution {
	/** Never settles if its process is killed. */
	result: Promise<ExecutionResult>;
	/** As a person does who stops it in n8n. */
	stop(): void;
}

/** What an execution is started with. */
export type StartedNode = NodeRun & {
	credentials: ReturnType<typeof credentialsFor>;
	executionId: string;
};

/** One process of n8n, with a memory of its own. */
export interface N8nProcess {
	start(node: StartedNode): StartedExecution;
	/** Ends it, whatever it is doing. It says and remembers nothing any more. */
	kill(): void;
}

/** Where the processes of a schedule come from, and who of them sent a request. */
export interface N8nProcesses {
	/** A new process, which remembers nothing. */
	begin(): Promise<N8nProcess>;
	/** The process that has sent a request over the connection from this port, the last one so far. */
	senderAt(clientPort: number | undefined): N8nProcess | undefined;
	/** Ends them all. */
	end(): void;
}

/** Keeps of a result what can be sent to another process. */
export function resultOf({
	items,
	errorItems,
	staticData,
	error,
	run,
}: NodeResult): ExecutionResult {
	const text = JSON.stringify(run);
	return {
		items: plainItems(items),
		errorItems: plainItems(errorItems),
		staticData,
		text,
		...(error && {
			error: {
				name: error.name,
				message: error.message,
				description: error.description ?? '',
				context: JSON.parse(JSON.stringify(error.context ?? {})) as IDataObject,
			},
		}),
	};
}

const plainItems = (items: INodeExecutionData[]) =>
	JSON.parse(
		JSON.stringify(items.map(({ json, pairedItem }) => ({ json, pairedItem }))),
	) as INodeExecutionData[];
