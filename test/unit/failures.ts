import type { Failure } from '../../nodes/Amperity/transport/failure';

/** Amperity's own error, which may come with another status than the one it states. */
export const amperity = (
	status: number,
	{ httpStatus = status, retryAfterMs }: { httpStatus?: number; retryAfterMs?: number } = {},
): Failure => ({ kind: 'amperity', status, httpStatus, body: { message: 'no' }, retryAfterMs });

/** An answer that is not Amperity's. */
export const intermediary = (status: number, retryAfterMs?: number): Failure => ({
	kind: 'intermediary',
	status,
	retryAfterMs,
});

export const network = (code: string, text = ''): Failure => ({
	kind: 'network',
	code,
	text,
	answerHadBegun: false,
});

export const credential = (mayPass: boolean): Failure => ({
	kind: 'credential',
	text: 'No access token came',
	mayPass,
});

export const NO_TURN: Failure = { kind: 'noTurn' };

export const STOPPED: Failure = { kind: 'stopped' };

/** Node.js's texts of connections that never were, and of some that were. */
export const TEXTS = {
	notReached: 'connect ENETUNREACH 203.0.113.1:443 - Local (0.0.0.0:0)',
	noRoute: 'connect EHOSTUNREACH 203.0.113.1:443',
	neverConnected: 'connect ETIMEDOUT 203.0.113.1:443',
	noAddressConnected: 'connect ETIMEDOUT 2001:db8::1:443; connect EHOSTUNREACH 203.0.113.1:443',
	plainHttp: 'write EPROTO 80:error:0A00010B:SSL routines::wrong version number:',
	readTimedOut: 'read ETIMEDOUT',
	cutBeforeTls: 'Client network socket disconnected before secure TLS connection was established',
};
