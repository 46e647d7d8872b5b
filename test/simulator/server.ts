/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { ApiError } from './errors';
import type { Exchange } from './exchange';
import { guarded } from './guard';
import { getIngestJob, listIngestJobs } from './routes/ingest';
import { listAuditEvents, listCampaigns, listSegments } from './routes/lists';
import { exchangeToken } from './routes/token';
import { getRun, listRuns, startRun, stop } from './routes/workflow';
import type { Handler } from './world';

/** Longer than any pause of a test: a connection that closes by itself would look like a fault. */
const KEEP_ALIVE_MS = 600_000;

/** The API as an express application. */
export function createApp(exchange: Exchange): Express {
	const app = express();
	app.disable('x-powered-by');
	app.disable('etag');
	app.enable('strict routing');
	app.enable('case sensitive routing');
	app.use(express.text({ type: () => true, limit: '10mb' }), exchange.record);
	const methodNotAllowed = exchange.route(refusal(405, 'The method is not allowed here.'));
	for (const [path, handlers] of Object.entries(ROUTES)) {
		const route = app.route(`/api${path}`);
		if (handlers.get) route.get(exchange.route(guarded(handlers.get)));
		if (handlers.post) route.post(exchange.route(guarded(handlers.post)));
		route.all(methodNotAllowed);
	}
	app.post('/api/v0/oauth2/token', exchange.route(exchangeToken, false));
	app.use(exchange.route(refusal(404, 'There is no such resource.')), unreadable(exchange));
	return app;
}

/** The slash at the end is documented for the start of a run only. */
const ROUTES: Record<string, { get?: Handler; post?: Handler }> = {
	'/workflow/runs': { get: listRuns, post: startRun },
	'/workflow/runs/': { post: startRun },
	'/workflow/runs/:id': { get: getRun },
	'/workflow/runs/:id/stop': { post: stop },
	'/campaigns': { get: listCampaigns },
	'/segments': { get: listSegments },
	'/ingest/jobs': { get: listIngestJobs },
	'/ingest/jobs/:id': { get: getIngestJob },
	'/audit-events': { get: listAuditEvents },
};

function refusal(status: number, message: string): Handler {
	return () => {
		throw new ApiError(status, message);
	};
}

/** A request that could not even be read, or a fault in the simulator itself. */
function unreadable(exchange: Exchange): ErrorRequestHandler {
	// eslint-disable-next-line @typescript-eslint/no-unused-vars -- four parameters make it an error handler
	return (error: unknown, _req, res, _next) => {
		const isClientError = typeof error === 'object' && error !== null && 'status' in error;
		const status = isClientError ? Number(error.status) : 500;
		res
			.set(exchange.dateHeader())
			.status(status)
			.json({ status, message: String(error) });
	};
}

/** Listens on the loopback interface; the port 0 means any that is free. */
export async function listen(
	app: Express,
	port: number,
): Promise<{ server: Server; port: number }> {
	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, app);
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return { server, port: (server.address() as AddressInfo).port };
}

/** Stops listening and ends the connections that are open. */
export async function close(server: Server): Promise<void> {
	const closed = once(server, 'close');
	server.close();
	server.closeAllConnections();
	await closed;
}
