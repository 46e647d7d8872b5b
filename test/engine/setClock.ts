/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
/**
 * Sets the clock of the computer forward or back, as a correction by the network or by a person does. What asks the
 * monotonic clock (`performance.now()`) notices nothing.
 *
 * @param byMs milliseconds forward; below 0: back
 * @returns puts the clock back as it was
 */
export function setClock(byMs: number): () => void {
	const { Date: EarlierDate } = globalThis;
	const now = () => EarlierDate.now() + byMs;

	class SetDate extends EarlierDate {
		constructor(...args: [] | [number | string | Date]) {
			if (args.length === 0) super(now());
			else super(...(args as [number]));
		}

		static override now = now;
	}
	globalThis.Date = SetDate as DateConstructor;
	return () => {
		globalThis.Date = EarlierDate;
	};
}

const origin = Date.now() - performance.now();

/** The time of a clock that nobody sets: for a simulator whose time must not follow that of n8n. */
export const steadyNow = () => origin + performance.now();
