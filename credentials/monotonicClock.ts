/** Milliseconds by a clock that nobody sets, for durations and deadlines. It says nothing about the date. */
export const monotonicNow = (): number => performance.now();
