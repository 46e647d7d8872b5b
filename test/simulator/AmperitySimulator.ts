/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import type { Server } from 'node:http';
import { SimulatorClock } from './clock';
import { CursorBook, type CursorForm, type CursorKind } from './cursor';
import { Exchange, type Latency } from './exchange';
import type { Fault, FaultHook, FaultTarget } from './faults';
import {
	seedAuditEvents,
	seedCampaigns,
	seedSegments,
	type SimulatedAuditEvent,
	type SimulatedCampaign,
	type SimulatedIngestJob,
	type SimulatedSegment,
} from './resources';
import { nameOf, runId, typeOf } from './runIdentity';
import { RunStore, type ListOrder } from './runStore';
import { endRun, planStages, restartRun, stageAt, type Principal, type SimulatedRun } from './runs';
import { ScenarioBook, type Outcome, type Scenario } from './scenarios';
import { close, createApp, listen } from './server';
import { TokenBook, type TokenExchange } from './tokens';
import type { FilterGrain, NewRun, RecordedRequest, SecondStop, World } from './world';

/** How a simulator is set up. */
export interface SimulatorOptions {
	/** Default 0: any that is free. */
	port?: number;
	tenant?: string;
	token?: string;
	clientId?: string;
	clientSecret?: string;
	/** Requests per sliding real second and tenant; false for no limit. Default 10. */
	rateLimit?: number | false;
	/** Simulated milliseconds per real millisecond. Default 1. */
	speed?: number;
	/** How far Amperity's clock is ahead of the real one; below 0 it is behind. Default 0. */
	clockOffsetMs?: number;
	/** From a request to its acceptance, in real milliseconds. Default 0. */
	transitMs?: Latency;
	/** From the acceptance of a request to its answer, in real milliseconds. Default 0. */
	latencyMs?: Latency;
	/** From start to end of a run, in simulated milliseconds. Default one minute. */
	runDurationMs?: number;
	/** The real clock, in milliseconds since 1970. */
	now?: () => number;
	/** Life of tokens from the token endpoint, in real milliseconds. Default one hour. */
	tokenLifetimeMs?: number;
	listOrder?: ListOrder;
	/** The largest page that a list gives, whatever `limit` asks for. */
	pageCap?: number;
	/** How the last page of a list says that it is the last. */
	lastPageToken?: 'absent' | 'empty';
	/** How lists write `next_token`; a number breaks the schema on purpose. Default: text. */
	cursorForm?: CursorForm;
	/** What the `next_token` of the list of runs stands for. Default: the last run that was shown. */
	cursorKind?: CursorKind;
	/** What the list of runs makes of the times it is filtered by; false: it takes them as they are. Default false. */
	filterGrain?: FilterGrain | false;
	/** Whether answers tell Amperity's time in the header `Date`. Default true. */
	tellsDate?: boolean;
	/** What a stop gets of a run that is being stopped already. Default: accepted. */
	secondStop?: SecondStop;
	/** Check each answer against the schemas; benchmarks may leave that out. Default true. */
	validate?: boolean;
}

const DEFAULTS: Required<SimulatorOptions> = {
	port: 0,
	tenant: 'acme',
	token: 'simulator-token',
	clientId: 'simulator-client',
	clientSecret: 'simulator-secret',
	rateLimit: 10,
	speed: 1,
	clockOffsetMs: 0,
	transitMs: 0,
	latencyMs: 0,
	runDurationMs: 60_000,
	now: () => Date.now(),
	tokenLifetimeMs: 3_600_000,
	listOrder: 'newest-first',
	pageCap: Infinity,
	lastPageToken: 'absent',
	cursorForm: 'text',
	cursorKind: 'place',
	filterGrain: false,
	tellsDate: true,
	secondStop: 'accepted',
	validate: true,
};

/** Who starts a run: Amperity's own schedule, a person, or an API key (ours; another one as a `Principal`). */
export type RunStarter = 'automated' | 'person' | 'api' | Principal;

/** A run that someone else starts. */
export interface OtherRun {
	principal: RunStarter;
	configId?: string;
	/** Default: that of the config ID, or a courier group's. */
	type?: string;
	name?: string;
	/** Simulated milliseconds since 1970. Default: now. */
	createdAt?: number;
	/** Default: that of the config ID. */
	scenario?: Scenario;
	tenant?: string;
}

/** How `endRun` and `restartRun` let a run end; plain `failed` is the customer's failure. */
export type RunEnd = Outcome | 'failed';

/** A small Amperity on a real HTTP server, for one tenant and a neighbour. */
export class AmperitySimulator implements World {
	readonly otherTenant = 'globex';

	/** A valid token whose API key lacks the policy for everything. */
	readonly forbiddenToken = 'simulator-token-without-policy';

	/** A token of the other tenant. */
	readonly otherToken = 'simulator-token-of-globex';

	readonly tenant: string;

	readonly clock: SimulatorClock;

	readonly store: RunStore;

	readonly tokens = new TokenBook();

	/** The log of exchanges of client credentials for tokens. */
	readonly tokenExchanges: TokenExchange[] = [];

	readonly clientId: string;

	/** May be changed, as a person does who makes a new secret. */
	clientSecret: string;

	/** Life of tokens that will be issued, in real milliseconds. */
	tokenLifetimeMs: number;

	pageCap: number;

	lastPageToken: 'absent' | 'empty';

	readonly cursors: CursorBook;

	cursorKind: CursorKind;

	filterGrain: FilterGrain | false;

	tellsDate: boolean;

	secondStop: SecondStop;

	campaigns: SimulatedCampaign[] = [];

	segments: SimulatedSegment[] = [];

	/** Further jobs, beside those of the courier group runs that have ended. */
	ingestJobs: SimulatedIngestJob[] = [];

	auditEvents: SimulatedAuditEvent[] = [];

	private readonly options: Required<SimulatorOptions>;

	private readonly scenarios = new ScenarioBook();

	private readonly exchange: Exchange;

	private listening: { server: Server; port: number } | undefined;

	private readonly principals: Record<Exclude<RunStarter, Principal>, Principal>;

	private currentToken: string;

	private sequence = 0;

	private constructor(options: SimulatorOptions) {
		this.options = { ...DEFAULTS, ...options };
		this.tenant = this.options.tenant;
		this.clientId = this.options.clientId;
		this.clientSecret = this.options.clientSecret;
		this.tokenLifetimeMs = this.options.tokenLifetimeMs;
		this.pageCap = this.options.pageCap;
		this.lastPageToken = this.options.lastPageToken;
		this.cursors = new CursorBook(this.options.cursorForm);
		this.cursorKind = this.options.cursorKind;
		this.filterGrain = this.options.filterGrain;
		this.tellsDate = this.options.tellsDate;
		this.secondStop = this.options.secondStop;
		this.currentToken = this.options.token;
		const { now, speed, clockOffsetMs, rateLimit, transitMs, latencyMs, validate } = this.options;
		this.clock = new SimulatorClock(now, speed, clockOffsetMs);
		this.store = new RunStore(this.options.listOrder);
		this.exchange = new Exchange(this, rateLimit, transitMs, latencyMs, validate);
		this.principals = {
			automated: { id: 'automated-workflow', name: 'Automated workflow' },
			person: { id: 'user-1', name: 'Pat Person', email: `pat@${this.tenant}.example` },
			api: {
				id: 'api-key-1',
				name: 'Simulator API key',
				email: `api-key-1@${this.tenant}.example`,
			},
		};
		this.seed();
	}

	/** Starts a simulator; rejects if the port is taken. */
	static async start(options: SimulatorOptions = {}): Promise<AmperitySimulator> {
		const simulator = new AmperitySimulator(options);
		const app = createApp(simulator.exchange);
		simulator.listening = await listen(app, simulator.options.port);
		return simulator;
	}

	/** Where the API is: `http://127.0.0.1:PORT/api`. */
	get baseUrl(): string {
		if (!this.listening) throw new Error('The simulator is not running');
		return `http://127.0.0.1:${this.listening.port}/api`;
	}

	/** The access token of our API key. */
	get token(): string {
		return this.currentToken;
	}

	/** All requests, in the order of their arrival. */
	get requests(): RecordedRequest[] {
		return this.exchange.requests;
	}

	/** All runs of both tenants, in the order of their start. */
	get runs(): SimulatedRun[] {
		return this.store.all;
	}

	/** What broke the schemas: answers of the simulator, and requests whose refusal a fault has hidden. */
	get validationErrors(): string[] {
		return this.exchange.validationErrors;
	}

	/** Requests per sliding second, or false. */
	get rateLimit(): number | false {
		return this.exchange.rateLimit.limit;
	}

	set rateLimit(limit: number | false) {
		this.exchange.rateLimit.limit = limit;
	}

	/** From a request to its acceptance, in real milliseconds. */
	get transitMs(): Latency {
		return this.exchange.transitMs;
	}

	set transitMs(transit: Latency) {
		this.exchange.transitMs = transit;
	}

	/** From the acceptance of a request to its answer, in real milliseconds. */
	get latencyMs(): Latency {
		return this.exchange.latencyMs;
	}

	set latencyMs(latency: Latency) {
		this.exchange.latencyMs = latency;
	}

	/** How lists write `next_token`. */
	get cursorForm(): CursorForm {
		return this.cursors.form;
	}

	set cursorForm(form: CursorForm) {
		this.cursors.form = form;
	}

	/** Decides about a fault for each request that the rate limit lets through and that `failNext` does not meet. */
	get onRequest(): FaultHook | undefined {
		return this.exchange.hook;
	}

	set onRequest(hook: FaultHook | undefined) {
		this.exchange.hook = hook;
	}

	get apiPrincipal(): Principal {
		return this.principalOf('api');
	}

	/** The runs of a configuration that were started over the API. */
	runsStartedFor(configId: string): SimulatedRun[] {
		return this.store.ofConfig(configId).filter((run) => run.requestIndex !== undefined);
	}

	/** Whether the client at this port would have its answer by now, were it not told to come later. */
	isHolding(clientPort: number): boolean {
		return this.exchange.isHolding(clientPort);
	}

	/** The state of a run now, as an answer would name it. */
	stateOf(id: string): string {
		return stageAt(this.knownRun(id), this.clock.now()).state;
	}

	/** What runs of the configuration will do: several scenarios are played one run after the other. */
	setScenario(configId: string, ...scenarios: Scenario[]): void {
		this.scenarios.assign(configId, scenarios);
	}

	/** The scenario of the configuration's next run; undefined if there is no such configuration. */
	scenarioOf(configId: string): Scenario | undefined {
		return this.scenarios.next(configId);
	}

	/** A run that someone starts without this API. */
	startRunAs(run: OtherRun): SimulatedRun {
		const scenario = run.scenario ?? this.scenarioOf(run.configId ?? '') ?? {};
		const principal = this.principalOf(run.principal);
		return this.createRun({ ...run, tenant: run.tenant ?? this.tenant, principal, scenario });
	}

	/** Makes a run, for the routes and for `startRunAs`. */
	createRun(run: NewRun): SimulatedRun {
		const { tenant, configId, principal, scenario, requestIndex } = run;
		const createdAt = run.createdAt ?? this.clock.now();
		const sequence = ++this.sequence;
		const created: SimulatedRun = {
			id: runId(sequence, createdAt),
			sequence,
			tenant,
			configId,
			type: run.type ?? typeOf(configId ?? 'cg'),
			name: run.name ?? scenario.name ?? nameOf(configId ?? 'cg'),
			principal,
			createdAt,
			scenario,
			requestIndex,
			stages: planStages(scenario, createdAt, this.options.runDurationMs),
		};
		this.store.add(created);
		return created;
	}

	/**
	 * Ends a run, whatever its scenario says. It has ended now in any case; `at` is the simulated time of the end that
	 * answers tell, before now or after it. Default: now.
	 */
	endRun(id: string, end: RunEnd, at?: number): void {
		endRun(this.knownRun(id), this.clock.now(), outcomeOf(end), at);
	}

	/** A person restarts a run that has ended: it goes on, and ends again after the duration. */
	restartRun(id: string, end: RunEnd = 'succeeded', durationMs = this.options.runDurationMs): void {
		restartRun(this.knownRun(id), this.clock.now(), outcomeOf(end), durationMs);
	}

	/** Lets the next matching request fail, or the next `times`. */
	failNext(fault: Fault, target: FaultTarget = {}): void {
		this.exchange.faults.add(fault, target);
	}

	/** Makes a token invalid at once. */
	revokeToken(token: string): void {
		this.tokens.revoke(token);
	}

	/** Replaces the access token of our API key; the old one becomes invalid. */
	setToken(token: string): void {
		this.tokens.revoke(this.currentToken);
		this.currentToken = token;
		this.tokens.add(token, { tenant: this.tenant });
	}

	/** As new: no runs, requests, faults or scenarios, and the data, tokens and settings of the start. */
	reset(): void {
		this.exchange.reset();
		this.store.reset();
		this.scenarios.reset();
		this.tokens.reset();
		this.tokenExchanges.length = 0;
		this.clock.reset(this.options.speed, this.options.clockOffsetMs);
		this.currentToken = this.options.token;
		this.clientSecret = this.options.clientSecret;
		this.tokenLifetimeMs = this.options.tokenLifetimeMs;
		this.pageCap = this.options.pageCap;
		this.lastPageToken = this.options.lastPageToken;
		this.cursors.reset(this.options.cursorForm);
		this.cursorKind = this.options.cursorKind;
		this.filterGrain = this.options.filterGrain;
		this.tellsDate = this.options.tellsDate;
		this.secondStop = this.options.secondStop;
		this.rateLimit = this.options.rateLimit;
		this.transitMs = this.options.transitMs;
		this.latencyMs = this.options.latencyMs;
		this.seed();
	}

	/** Ends the server and every connection to it. */
	async stop(): Promise<void> {
		const { listening } = this;
		this.listening = undefined;
		this.exchange.cutOff();
		if (listening) await close(listening.server);
	}

	private seed(): void {
		const now = this.clock.now();
		this.campaigns = seedCampaigns(now);
		this.segments = seedSegments();
		this.ingestJobs = [];
		this.auditEvents = seedAuditEvents(this.tenant, now);
		this.tokens.add(this.currentToken, { tenant: this.tenant });
		this.tokens.add(this.forbiddenToken, { tenant: this.tenant, forbidden: true });
		this.tokens.add(this.otherToken, { tenant: this.otherTenant });
	}

	private knownRun(id: string): SimulatedRun {
		const run = this.store.find(id);
		if (!run) throw new Error(`The simulator has no run ${id}`);
		return run;
	}

	private principalOf(starter: RunStarter): Principal {
		if (typeof starter !== 'string') return starter;
		return this.principals[starter];
	}
}

function outcomeOf(end: RunEnd): Outcome {
	return end === 'failed' ? 'failed-customer' : end;
}
