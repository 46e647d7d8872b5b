/** Milliseconds by a clock that nobody sets, for durations and deadlines. It says nothing about the date. */
export const monotonicNow = (): number => performance.now();

/** Tells this process, and its monotonic clock, from those before and beside it. */
export const THIS_PROCESS = Math.random();
