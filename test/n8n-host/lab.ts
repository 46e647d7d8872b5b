/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { AmperitySimulator, type SimulatorOptions } from '../simulator';
import { dialectOf } from './dialect';
import { installHost } from './installHost';
import { N8nClient, type Owner, type SavedCredential } from './N8nClient';
import { N8nInstance, type N8nOptions } from './N8nInstance';
import { installPackage } from './packPackage';
import { RedisServer } from './redis';

/** What a lab is made of. */
export interface LabOptions {
	/** Which n8n. Default: the current one. */
	version?: string;
	/** Folder of n8n's database and packages. Default: a temporary one, removed at the end. */
	home?: string;
	/** Port for n8n: taken if it is free, else any other. */
	preferredPort?: number;
	/** Run executions in a worker, with Redis in between. */
	queue?: boolean;
	/** How many workers there are in queue mode. Default: 1. */
	workers?: number;
	/** Further environment variables for n8n. */
	env?: Record<string, string>;
	simulator?: SimulatorOptions;
}

/** A real n8n that has loaded the packed node, a simulated Amperity, and a credential that connects them. */
export interface Lab {
	home: string;
	n8n: N8nInstance;
	/** Where executions run in queue mode: the only worker, or the first. */
	worker?: N8nInstance;
	/** Starts another worker, in queue mode. */
	addWorker?(): Promise<N8nInstance>;
	/** What hands executions to workers, in queue mode. */
	redis?: RedisServer;
	/** Logged in as the owner. */
	client: N8nClient;
	owner: Owner;
	simulator: AmperitySimulator;
	credential: SavedCredential;
	/** Ends all of it. */
	stop(): Promise<void>;
}

/** The rules of n8n for passwords ask for a capital letter and a digit. */
const newOwner = (): Owner => ({
	email: 'operator@example.com',
	password: `A1${randomBytes(6).toString('hex')}`,
	firstName: 'Olive',
	lastName: 'Operator',
});

type UndoStack = Array<() => Promise<unknown>>;

/** Starts everything and resolves when workflows can be run; what was started before an error is ended. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
	const undo: UndoStack = [];
	const stop = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	let isComplete = false;
	try {
		const parts = await build(options, undo);
		isComplete = true;
		return { ...parts, stop };
	} finally {
		if (!isComplete) await stop();
	}
}

/** Where the simulator is, in the fields that both types of credential have. */
const connectionData = ({ tenant, baseUrl }: AmperitySimulator) => ({
	tenant,
	hosting: 'custom',
	azureSubdomain: '',
	baseUrl,
});

/** The values of a credential for the simulator, as a person would enter them. */
export function credentialData(simulator: AmperitySimulator): ICredentialDataDecryptedObject {
	return { ...connectionData(simulator), accessToken: simulator.token };
}

/** The same for a credential of the type `amperityOAuth2Api`. */
export function oAuth2CredentialData(simulator: AmperitySimulator): ICredentialDataDecryptedObject {
	const { clientId, clientSecret } = simulator;
	return { ...connectionData(simulator), clientId, clientSecret, tokenUrl: '' };
}

async function build(options: LabOptions, undo: UndoStack): Promise<Omit<Lab, 'stop'>> {
	const host = await installHost(options.version);
	const simulator = await AmperitySimulator.start(options.simulator);
	undo.push(async () => await simulator.stop());
	const home = options.home ?? (await temporaryHome(undo));
	await installPackage(home);

	const { preferredPort, env } = options;
	const instances = await startN8n(options, { host, home, preferredPort, env }, undo);
	const client = new N8nClient(() => instances.n8n.url, dialectOf(host.version));
	const owner = newOwner();
	await client.setUpOwner(owner);
	const credential = await client.createCredential(
		'amperityApi',
		credentialData(simulator),
		'Amperity simulator',
	);
	return { home, ...instances, client, owner, simulator, credential };
}

async function temporaryHome(undo: UndoStack): Promise<string> {
	const home = await mkdtemp(join(tmpdir(), 'n8n-nodes-amperity-'));
	undo.push(async () => await rm(home, { recursive: true, force: true }));
	return home;
}

/** The main process makes the database, so the workers start after it, on the same home. */
async function startN8n(
	{ queue, workers = 1 }: LabOptions,
	options: N8nOptions,
	undo: UndoStack,
): Promise<Pick<Lab, 'n8n' | 'worker' | 'addWorker' | 'redis'>> {
	if (!queue) return { n8n: await startInstance(options, undo) };
	const redis = await RedisServer.start();
	undo.push(async () => await redis.stop());
	const queued = { ...options, redisPort: redis.port };
	const n8n = await startInstance({ ...queued, mode: 'queue-main' }, undo);
	let number = 0;
	const addWorker = async () => await startInstance(workerOf(queued, ++number), undo);
	const worker = await addWorker();
	while (number < workers) await addWorker();
	return { n8n, worker, addWorker, redis };
}

/**
 * A worker keeps its log of events for itself, as on a machine of its own. Of one that was killed, the next
 * to start would otherwise read which executions it left, and end them before they are handed out again.
 */
function workerOf(options: N8nOptions, number: number): N8nOptions {
	const env = { ...options.env, N8N_EVENTBUS_LOGWRITER_LOGBASENAME: `eventsOfWorker${number}` };
	return { ...options, mode: 'worker', preferredPort: undefined, env };
}

async function startInstance(options: N8nOptions, undo: UndoStack): Promise<N8nInstance> {
	const instance = await N8nInstance.start(options);
	undo.push(async () => await instance.stop());
	return instance;
}
