import type { SimulatorClock } from './clock';
import type { CursorBook, CursorKind } from './cursor';
import type { Fault } from './faults';
import type {
	SimulatedAuditEvent,
	SimulatedCampaign,
	SimulatedIngestJob,
	SimulatedSegment,
} from './resources';
import type { RunStore } from './runStore';
import type { SimulatedRun } from './runs';
import type { Scenario } from './scenarios';
import type { SchemaName } from './schemas';
import type { TokenBook, TokenExchange } from './tokens';

/** A request, as the log keeps it. */
export interface RecordedRequest {
	/** Place in the log. */
	readonly index: number;
	/** Real milliseconds since 1970. */
	readonly at: number;
	readonly method: string;
	/** Without `/api` and query, as sent otherwise: `/workflow/runs/`. */
	readonly path: string;
	readonly query: Record<string, string>;
	/** Names in lower case. */
	readonly headers: Record<string, string>;
	/** Parsed where it is JSON or a form, else the text; undefined if there was none. */
	readonly body: unknown;
	/** The client's port, which tells its connections apart. */
	readonly clientPort: number | undefined;
	/** Undefined while unanswered, and for ever if the connection was dropped or the client had gone. */
	status: number | undefined;
	/** When it had been answered, or its connection was over. Real milliseconds since 1970. */
	endedAt?: number;
	fault?: Fault;
	/** When the handler saw it, whatever the client was told. Real milliseconds since 1970. */
	acceptedAt?: number;
	/** The run that this request started, whatever the client was told. */
	startedRunId?: string;
	/** The runs on a page of the list that answers it, and where the next page begins, if there is one. */
	listed?: { runIds: string[]; nextToken?: string };
	rateLimited: boolean;
}

/** What a handler answers; `schema` is what the body must hold to. */
export interface Answer {
	status: number;
	body: unknown;
	schema: SchemaName;
}

/** A request that has passed all header checks. */
export interface Call {
	request: RecordedRequest;
	/** Parameters of the path. */
	params: Record<string, string>;
	tenant: string;
}

/** Answers a request, or throws an ApiError. */
export type Handler = (world: World, call: Call) => Answer;

/** What a new run is made from. */
export interface NewRun {
	tenant: string;
	principal: SimulatedRun['principal'];
	scenario: Scenario;
	configId?: string;
	type?: string;
	name?: string;
	createdAt?: number;
	requestIndex?: number;
}

/** What a stop gets of a run that is being stopped already; the API's own answer is not documented. */
export type SecondStop = 'accepted' | 'conflict';

/** A list may know times only by the second or the minute, and take those in its filters for the one before or after. */
export interface FilterGrain {
	ms: number;
	rounds: 'down' | 'up';
}

/** Everything that handlers read and change. */
export interface World {
	readonly tenant: string;
	readonly otherTenant: string;
	readonly clock: SimulatorClock;
	readonly store: RunStore;
	readonly tokens: TokenBook;
	readonly tokenExchanges: TokenExchange[];
	readonly clientId: string;
	readonly clientSecret: string;
	readonly tokenLifetimeMs: number;
	/** The largest page that a list gives, whatever `limit` asks for. */
	readonly pageCap: number;
	/** How the last page says that it is the last. */
	readonly lastPageToken: 'absent' | 'empty';
	readonly cursors: CursorBook;
	readonly cursorKind: CursorKind;
	/** What the list of runs makes of the times it is filtered by. */
	readonly filterGrain: FilterGrain | false;
	/** Whether answers have a header `Date`. */
	readonly tellsDate: boolean;
	readonly secondStop: SecondStop;
	campaigns: SimulatedCampaign[];
	segments: SimulatedSegment[];
	ingestJobs: SimulatedIngestJob[];
	auditEvents: SimulatedAuditEvent[];
	/** The scenario that the configuration's next run plays; undefined if it does not exist. */
	scenarioOf(configId: string): Scenario | undefined;
	/** Who starts runs over the API. */
	readonly apiPrincipal: SimulatedRun['principal'];
	createRun(run: NewRun): SimulatedRun;
}
