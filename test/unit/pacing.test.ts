import fc from 'fast-check';
import { takeTurn } from '../../nodes/Amperity/transport/pacing';

const NOW = Date.parse('2026-10-01T00:00:00Z');
let tenants = 0;
const newTenant = () => `tenant-${++tenants}`;

test('turns are spread evenly and start at once', () => {
	const tenant = newTenant();
	const waits = [1, 2, 3, 4].map(() => takeTurn(tenant, 9.5, NOW));
	expect(waits.map(Math.round)).toEqual([0, 105, 211, 316]);
});

test('tenants do not share a pace', () => {
	const busy = newTenant();
	for (let i = 0; i < 100; i++) takeTurn(busy, 9.5, NOW);
	expect(takeTurn(newTenant(), 9.5, NOW)).toBe(0);
});

test('an idle time is not saved up for a burst', () => {
	const tenant = newTenant();
	takeTurn(tenant, 9.5, NOW);
	expect(takeTurn(tenant, 9.5, NOW + 60_000)).toBe(0);
	expect(takeTurn(tenant, 9.5, NOW + 60_000)).toBeCloseTo(105.26, 1);
});

test('no second ever holds more than ten requests, whenever they are asked for', () => {
	const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 20, maxLength: 200 });
	fc.assert(
		fc.property(pauses, (gaps) => {
			const tenant = newTenant();
			let now = NOW;
			const sentAt = gaps.map((gap) => {
				now += gap;
				return now + takeTurn(tenant, 9.5, now);
			});
			for (const start of sentAt) {
				const inWindow = sentAt.filter((at) => at >= start && at < start + 1000);
				expect(inWindow.length).toBeLessThanOrEqual(10);
			}
		}),
	);
});
