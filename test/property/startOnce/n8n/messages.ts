import type { ICheckProcessedOptions, IDeduplicationOutput } from 'n8n-workflow';
import type { N8nDatabase } from './n8nDatabase';
import type { ExecutionResult, StartedNode } from './n8nProcess';

/** What a process of n8n is told. */
export type ToChild =
	| { kind: 'start'; execution: number; node: StartedNode }
	| { kind: 'stop'; execution: number }
	| { kind: 'forget' }
	| { kind: 'recorded'; question: number; output?: IDeduplicationOutput; failure?: string };

/** What it tells. */
export type FromChild =
	| { kind: 'ready' }
	| { kind: 'ended'; execution: number; result: ExecutionResult }
	/** It sends a request from this port. */
	| { kind: 'sends'; port: number }
	/** Asks the database that all processes share. */
	| {
			kind: 'record';
			question: number;
			items: Parameters<N8nDatabase['checkProcessedAndRecord']>[0];
			workflowId: string;
			nodeId: string;
			options: ICheckProcessedOptions;
	  };

/** The arguments with which it begins: its clock. */
export interface ChildClock {
	speed: number;
	/** When the clock began to be that fast. Real milliseconds since 1970. */
	began: number;
}
