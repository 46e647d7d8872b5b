import type { RecordedRequest } from '../simulator';

type Sent = Pick<RecordedRequest, 'at'>;

/** How many requests were under way at the same time, at most, where each answer takes these milliseconds. */
export const mostAtOnce = (requests: Sent[], answerMs: number): number =>
	mostWithin(requests, answerMs);

/** How many requests came within any span of these milliseconds, at most. */
export function mostWithin(requests: Sent[], spanMs: number): number {
	const times = requests.map(({ at }) => at);
	return Math.max(
		0,
		...times.map((begin) => times.filter((at) => at >= begin && at < begin + spanMs).length),
	);
}

/** Milliseconds between each request and the one before it. */
export const gaps = (requests: Sent[]): number[] =>
	requests.slice(1).map(({ at }, index) => at - requests[index]!.at);
