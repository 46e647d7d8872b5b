/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { AsyncResource } from 'node:async_hooks';
import { abortedAfter } from './abortedAfter';

/** Turns of the event loop after which nothing comes any more of what has been read from a socket. */
const QUIET_TURNS = 4;

const BEGINNING = Date.parse('2026-10-01T00:00:00Z');

/** Turns in which nothing happens and nothing is waited for. */
const MOST_IDLE_TURNS = 20_000;

const { setImmediate: nextTurn } = globalThis;

/**
 * Time that stands still while anything happens, and jumps to the next timer when nothing does: for everything in
 * this test file, by either clock. So a busy machine is as good as an idle one, and three minutes take as long as
 * the requests in them.
 */
export class VirtualTime {
	private readonly realTimeout = AbortSignal.timeout.bind(AbortSignal);

	/** @param isBusy whether anything is on the wire that comes by itself */
	constructor(private readonly isBusy: () => boolean) {
		jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'hrtime'] });
		const { setTimeout: fakeSetTimeout } = globalThis;
		// What a timer calls belongs to who set it, as with timers of Node.js.
		globalThis.setTimeout = Object.assign(
			(callback: (...args: unknown[]) => void, milliseconds?: number, ...args: unknown[]) =>
				fakeSetTimeout(AsyncResource.bind(callback), milliseconds, ...args),
			fakeSetTimeout,
		) as typeof setTimeout;
		AbortSignal.timeout = abortedAfter;
	}

	/** Forgets all timers, and begins again at the same time, so that the same happens again in the same way. */
	restart(): void {
		jest.clearAllTimers();
		jest.setSystemTime(BEGINNING);
	}

	/** Lets time pass until the work is done. */
	async during<T>(work: Promise<T>, mostMs = Infinity): Promise<T> {
		let isDone = false;
		const done = work.finally(() => (isDone = true));
		done.catch(() => undefined);
		const began = Date.now();
		for (let idle = 0; !isDone && idle < MOST_IDLE_TURNS; ) {
			await this.untilQuiet();
			if (isDone) break;
			idle = jest.getTimerCount() > 0 ? 0 : idle + QUIET_TURNS;
			if (Date.now() - began > mostMs) throw new Error(`It takes longer than ${mostMs} ms`);
			jest.advanceTimersToNextTimer();
		}
		if (!isDone) throw new Error('Nothing is left that could bring an end');
		return await done;
	}

	/** Real time again, at once. */
	end(): void {
		jest.useRealTimers();
		AbortSignal.timeout = this.realTimeout;
	}

	private async untilQuiet(): Promise<void> {
		for (let turns = 0; turns < QUIET_TURNS; turns++) {
			await new Promise((resolve) => nextTurn(resolve));
			if (this.isBusy()) turns = 0;
		}
	}
}
