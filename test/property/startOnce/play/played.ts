import type { AmperitySimulator, RecordedRequest } from '../../../simulator';
import type { ExecutionResult, N8nProcess } from '../n8n/n8nProcess';
import type { ExecutionPlan, Schedule } from '../schedule';
import type { PlayedItem } from './playedItem';

/** An execution of a schedule that goes on. */
export interface OpenExecution {
	plan: ExecutionPlan;
	items: PlayedItem[];
	executionId: string;
	/** When it was stopped, if it had not ended by then. Milliseconds since 1970. */
	stoppedAt?: number;
	/** When the process died that ran it. */
	crashedAt?: number;
}

/** One execution of a schedule, and what came of it. */
export interface PlayedExecution extends OpenExecution {
	/** The process that ran it to its end. */
	process: N8nProcess;
	result: ExecutionResult;
}

/** Configurations that a process has started while nothing happened. */
export interface Lesson {
	process: N8nProcess;
	configIds: string[];
}

/** A schedule that was played. */
export interface PlayedSchedule {
	schedule: Schedule;
	simulator: AmperitySimulator;
	executions: PlayedExecution[];
	/** Requests from this one on belong to the schedule; those before only told the node who it is. */
	firstRequest: number;
	/** Which process has sent a request, if one has. */
	senderOf(request: RecordedRequest): N8nProcess | undefined;
	/** Starts that nothing happened to, before all else. */
	lessons: Lesson[];
	/** The secret of the credential. */
	token: string;
	/** By so many milliseconds the times of n8n and of the simulator differ. */
	slackMs: number;
	/** What n8n's database has recorded, and lost again. */
	lostRecords: string[];
}
