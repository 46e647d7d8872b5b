/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import type { Request, RequestHandler, Response } from 'express';
import { ApiError } from './errors';
import { FaultQueue, type Acceptance, type Fault, type FaultHook } from './faults';
import { RateLimit } from './rateLimit';
import { violation } from './schemas';
import { httpDate } from './timestamps';
import type { Answer, Handler, RecordedRequest, World } from './world';
import { cannedAnswer, errorBody, jsonAnswer, type WireAnswer } from './wire';

/** Real milliseconds that a request, or its answer, is on its way: for all, or for each by itself. */
export type Latency = number | ((request: RecordedRequest) => number);

/** Carries requests to handlers and answers back: the log, the rate limit, the faults and the schema checks. */
export class Exchange {
	readonly requests: RecordedRequest[] = [];

	readonly validationErrors: string[] = [];

	readonly faults = new FaultQueue();

	readonly rateLimit: RateLimit;

	hook: FaultHook | undefined;

	/** What waits for its time: the clients that wait for it as well, or undefined where none does. */
	private readonly delayed = new Map<NodeJS.Timeout, Response | undefined>();

	private readonly dripping = new Set<Response>();

	/**
	 * @param transitMs from a request to its acceptance
	 * @param latencyMs from there to the answer
	 * @param validate check each answer against the schemas
	 */
	constructor(
		private readonly world: World,
		limit: number | false,
		public transitMs: Latency,
		public latencyMs: Latency,
		private readonly validate: boolean,
	) {
		this.rateLimit = new RateLimit(limit);
	}

	/** Writes each request into the log. */
	readonly record: RequestHandler = (req, res, next) => {
		const request: RecordedRequest = {
			index: this.requests.length,
			at: this.world.clock.realNow(),
			method: req.method,
			path: req.path.replace(/^\/api(?=\/)/, ''),
			query: queryOf(req),
			headers: headersOf(req),
			body: bodyOf(req),
			clientPort: req.socket.remotePort,
			status: undefined,
			rateLimited: false,
		};
		this.requests.push(request);
		res.on('close', () => (request.endedAt ??= this.world.clock.realNow()));
		res.locals.request = request;
		next();
	};

	/** Has a handler answer, unless the rate limit or a fault comes between; `limited` is false for tokens. */
	route(handler: Handler, limited = true): RequestHandler {
		return (req, res) => {
			const request = requestOf(res);
			const tenant = request.headers['amperity-tenant'] ?? '';
			request.rateLimited = limited && !this.rateLimit.admit(tenant, request.at);
			if (request.rateLimited) {
				const refusal = new ApiError(429, 'The rate limit was exceeded. Try again later.');
				this.send(res, jsonAnswer(errorAnswer(request, refusal)));
				return;
			}
			request.fault = this.faults.take(request) ?? this.hook?.(request, request.index);
			const params = Object.fromEntries(
				Object.entries(req.params).map(([name, value]) => [name, String(value)]),
			);
			this.after(milliseconds(this.transitMs, request), res, () =>
				this.play(request.fault, res, () => this.answer(handler, request, params)),
			);
		};
	}

	/** Whether the only reason why a connection has no answer is that its time has not come. */
	isHolding(clientPort: number): boolean {
		const waiting = [...this.delayed.values(), ...this.dripping];
		return waiting.some((res) => res && requestOf(res).clientPort === clientPort);
	}

	/** The time of an answer by Amperity's clock; Node.js would tell that of this machine. */
	dateHeader(): { date?: string } {
		return this.world.tellsDate ? { date: httpDate(this.world.clock.now()) } : {};
	}

	/** Cuts off those who still wait for a late answer; what was not accepted yet will not be. */
	cutOff(): void {
		for (const [timer, res] of this.delayed) {
			clearTimeout(timer);
			res?.destroy();
		}
		this.delayed.clear();
	}

	/** Forgets all that was. */
	reset(): void {
		this.cutOff();
		this.requests.length = 0;
		this.validationErrors.length = 0;
		this.faults.reset();
		this.rateLimit.reset();
		this.hook = undefined;
	}

	private play(fault: Fault | undefined, res: Response, accept: () => Answer): void {
		if (!fault) {
			this.send(res, jsonAnswer(accept()));
			return;
		}
		switch (fault.kind) {
			case 'drop-before':
				res.destroy();
				break;
			case 'drop-after':
				this.acceptAs({ ...fault, accepted: true }, res, accept);
				res.destroy();
				break;
			case 'late': {
				const answer = jsonAnswer(accept());
				this.after(fault.delayMs, res, () => this.send(res, answer));
				break;
			}
			case 'late-accept':
				this.after(fault.delayMs, res, () => this.send(res, jsonAnswer(accept())));
				break;
			case 'drip':
				this.acceptAs(fault, res, accept);
				this.drip(res, fault.everyMs);
				break;
			case 'redirect':
				this.send(res, cannedAnswer(fault, requestOf(res)));
				break;
			default: {
				const accepted = this.acceptAs(fault, res, accept);
				const isCutOff = fault.kind === 'cut-off';
				this.send(res, cannedAnswer(fault, requestOf(res), accepted), isCutOff);
			}
		}
	}

	/** Accepts a request now, later or not at all. What the handler answers is known only if it is now. */
	private acceptAs(
		{ accepted = false, acceptedAfterMs = 0 }: Acceptance,
		res: Response,
		accept: () => Answer,
	): Answer | undefined {
		if (!accepted) return undefined;
		if (acceptedAfterMs > 0) {
			this.after(acceptedAfterMs, undefined, () => this.checkAccepted(requestOf(res), accept()));
			return undefined;
		}
		const answer = accept();
		this.checkAccepted(requestOf(res), answer);
		return answer;
	}

	/** A request that a fault hides the refusal of would otherwise pass for a good one. */
	private checkAccepted(request: RecordedRequest, answer: Answer): void {
		if (answer.status !== 400) return;
		const reason = JSON.stringify(answer.body);
		this.validationErrors.push(`${request.method} ${request.path} was not acceptable: ${reason}`);
	}

	private drip(res: Response, everyMs: number): void {
		writeHead(res, 200, { ...this.dateHeader(), 'content-type': 'application/json' });
		const timer = setInterval(() => res.write(' '), everyMs);
		this.dripping.add(res);
		res.on('close', () => {
			clearInterval(timer);
			this.dripping.delete(res);
		});
	}

	private answer(
		handler: Handler,
		request: RecordedRequest,
		params: Record<string, string>,
	): Answer {
		request.acceptedAt = this.world.clock.realNow();
		const answer = this.attempt(
			() => handler(this.world, { request, params, tenant: '' }),
			request,
		);
		const problem = this.validate ? violation(answer.schema, answer.body) : undefined;
		if (problem) {
			this.validationErrors.push(`${request.method} ${request.path} answered: ${problem}`);
		}
		return { ...answer, body: this.world.cursors.sent(answer.body) };
	}

	private attempt(handle: () => Answer, request: RecordedRequest): Answer {
		try {
			return handle();
		} catch (error) {
			if (error instanceof ApiError) return errorAnswer(request, error);
			this.validationErrors.push(`The simulator failed: ${String(error)}`);
			return errorAnswer(request, new ApiError(500, String(error)));
		}
	}

	private after(delayMs: number, res: Response | undefined, then: () => void): void {
		if (delayMs <= 0) {
			then();
			return;
		}
		const timer = setTimeout(() => {
			this.delayed.delete(timer);
			then();
		}, delayMs);
		this.delayed.set(timer, res);
	}

	/** Sends an answer when its latency has passed; a longer delay is a fault's. */
	private send(res: Response, answer: WireAnswer, isCutOff = false): void {
		const request = requestOf(res);
		this.after(milliseconds(this.latencyMs, request), res, () => {
			if (res.destroyed) return;
			request.status = answer.status;
			request.endedAt = this.world.clock.realNow();
			writeHead(res, answer.status, { ...this.dateHeader(), ...answer.headers });
			if (isCutOff) res.write(answer.text, () => res.destroy());
			else res.end(answer.text);
		});
	}
}

const milliseconds = (latency: Latency, request: RecordedRequest): number =>
	typeof latency === 'number' ? latency : latency(request);

/** Not by express's own ways of sending, nor with Node's own date, which would add to the headers. */
function writeHead(res: Response, status: number, headers: WireAnswer['headers']): void {
	res.sendDate = false;
	const present = Object.entries(headers).filter(([, value]) => value !== undefined);
	res.writeHead(status, Object.fromEntries(present));
}

/** The log's entry that belongs to an answer. */
function requestOf(res: Response): RecordedRequest {
	return res.locals.request as RecordedRequest;
}

function errorAnswer(request: RecordedRequest, error: ApiError): Answer {
	const body = errorBody(error.status, error.message, request);
	const isOAuth = 'error' in error.properties;
	return {
		status: error.status,
		body: { ...error.properties, ...body },
		schema: isOAuth ? 'tokenError' : 'error',
	};
}

function queryOf(req: Request): Record<string, string> {
	return Object.fromEntries(new URL(req.originalUrl, 'http://localhost').searchParams);
}

function headersOf(req: Request): Record<string, string> {
	return Object.fromEntries(
		Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
	);
}

function bodyOf(req: Request): unknown {
	const text: unknown = req.body;
	if (typeof text !== 'string' || text === '') return undefined;
	if (req.is('application/x-www-form-urlencoded')) {
		return Object.fromEntries(new URLSearchParams(text));
	}
	if (!req.is('application/json')) return text;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
