import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import {
	callTool,
	credentialsFor,
	forgetAll,
	runAmperity,
	type NodeResult,
	type NodeRun,
} from '../../engine';
import { shareSimulator } from '../../engine/shareSimulator';
import type { AmperitySimulator, RecordedRequest } from '../../simulator';

/** A minute of waiting takes 0.2 s. */
const SPEED = 300;

/** What a person, or Amperity, sees of an execution. */
export interface Seen {
	requests: RecordedRequest[];
	items: IDataObject[];
	/** The names of the binary fields beside them. */
	files: string[];
	/** What n8n shows beside the output. */
	hints: string[];
	error?: { message: string; description: string };
	/** As n8n records it. */
	status: string;
	/** Simulated milliseconds. */
	tookMs: number;
}

interface LabOptions {
	/** Milliseconds that pass for each real one. */
	speed?: number;
	/** Of the workflow. Default: that of n8n. */
	timeZone?: string;
}

/** Runs the node against one simulator, as often as a test likes. */
export class FieldLab {
	simulator!: AmperitySimulator;

	private readonly timeZone?: string;

	constructor({ speed = SPEED, timeZone }: LabOptions = {}) {
		this.timeZone = timeZone;
		shareSimulator(
			speed,
			(started) => {
				this.simulator = started;
			},
			{ rateLimit: false },
		);
	}

	get credentials(): ICredentialDataDecryptedObject {
		return { ...credentialsFor(this.simulator), requestsPerSecond: 10_000 };
	}

	/** An empty Amperity and an n8n that has seen nothing yet, within a test. */
	renew(): void {
		expect(this.simulator.validationErrors).toEqual([]);
		this.simulator.reset();
		forgetAll();
	}

	async run(nodeRun: NodeRun, drive: Drive = runAmperity): Promise<Seen> {
		const { simulator, credentials, timeZone } = this;
		const began = simulator.clock.now();
		const result = await drive(simulator, { credentials, timeZone, ...nodeRun });
		const [task] = result.run.data.resultData.runData.Amperity ?? [];
		const { error } = result;
		return {
			requests: simulator.requests,
			items: result.items.map(({ json }) => json),
			files: result.items.flatMap(({ binary = {} }) => Object.keys(binary)),
			hints: (task?.hints ?? []).map(({ message }) => message),
			error: error && { message: error.message, description: error.description ?? '' },
			status: result.run.status,
			tookMs: simulator.clock.now() - began,
		};
	}

	/** Has an agent use the node as its tool, once. */
	async runTool(nodeRun: NodeRun): Promise<Seen> {
		const { simulator, credentials, timeZone } = this;
		const [told] = await callTool(simulator, { credentials, timeZone, ...nodeRun });
		const { answer = [], error_text: text } = told!;
		// A model has one text, so the remedy is in it.
		const [message = '', description = ''] = text?.split('\n\nDetails: ') ?? [];
		return {
			requests: simulator.requests,
			items: answer,
			files: [],
			hints: [],
			error: text === undefined ? undefined : { message, description },
			status: text === undefined ? 'success' : 'error',
			tookMs: 0,
		};
	}
}

/** Runs the node until its end. */
export type Drive = (simulator: AmperitySimulator, nodeRun: NodeRun) => Promise<NodeResult>;

export const isChange = ({ method }: RecordedRequest) => method !== 'GET';
