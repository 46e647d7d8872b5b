import { WindowSize } from '../../nodes/Amperity/trigger/windowSize';

const HOUR = 3_600_000;

test('begins with all of the time at once', () => {
	const window = new WindowSize();
	expect(window.covers(0, 1_000 * HOUR)).toBe(true);
	expect(window.endOf(0, 1_000 * HOUR)).toBe(Infinity);
});

test('is shortened until a second, and says when that is too long, too', () => {
	const window = new WindowSize();
	const lengths: number[] = [];
	while (window.shorten(0, HOUR)) lengths.push(window.endOf(0, HOUR));
	expect(lengths).toEqual([900_000, 225_000, 56_250, 14_063, 3_516, 1_000]);
});

test('grows where it is read quickly, and then covers all again', () => {
	const window = new WindowSize();
	window.shorten(0, HOUR);
	window.adapt(0.5);
	expect(window.endOf(0, HOUR)).toBe(900_000);
	window.adapt(0.1);
	window.adapt(0.1);
	expect(window.endOf(0, HOUR)).toBe(Infinity);
	expect(window.endOf(0, 2 * HOUR)).toBe(HOUR);
});
