import { forgetTenants, memoryOf } from '../../nodes/Amperity/tenantMemory';

const HOUR = 3_600_000;

class Counter {
	count = 0;
}

class Names {
	readonly names: string[] = [];
}

let now = 0;

beforeEach(() => {
	now = 1_000;
	jest.spyOn(performance, 'now').mockImplementation(() => now);
	forgetTenants();
});

afterEach(() => jest.restoreAllMocks());

const counterOf = (tenant: string) => memoryOf(tenant).part(Counter);

test('a part is made once, and is the same for everybody who asks', () => {
	const counter = counterOf('acme');
	expect(counter).toBeInstanceOf(Counter);
	counter.count = 5;
	expect(counterOf('acme')).toBe(counter);
});

test('parts of other classes and of other tenants are their own', () => {
	const counter = counterOf('acme');
	expect(memoryOf('acme').part(Names)).toBeInstanceOf(Names);
	expect(counterOf('acme-sb-12345')).not.toBe(counter);
	expect(counterOf('acme')).toBe(counter);
});

test('a tenant that nobody has asked for in a day is forgotten, and no other', () => {
	const [acme, globex] = [counterOf('acme'), counterOf('globex')];
	now += 12 * HOUR;
	memoryOf('globex');
	now += 12 * HOUR;
	expect(counterOf('acme')).toBe(acme);
	now += 24 * HOUR + 1;
	memoryOf('initech');
	expect(counterOf('acme')).not.toBe(acme);
	expect(counterOf('globex')).not.toBe(globex);
});

test('a tenant that is asked for again and again is never forgotten', () => {
	const counter = counterOf('acme');
	for (let day = 0; day < 30; day++) {
		now += 24 * HOUR;
		expect(counterOf('acme')).toBe(counter);
	}
});

test('all can be forgotten', () => {
	const counter = counterOf('acme');
	forgetTenants();
	expect(counterOf('acme')).not.toBe(counter);
});

// A wait may last two days.
test('a tenant whose memory is in use is not forgotten', () => {
	const memory = memoryOf('acme');
	const counter = memory.part(Counter);
	for (let hour = 0; hour < 25; hour++) {
		now += HOUR;
		memory.part(Counter);
	}
	expect(counterOf('acme')).toBe(counter);
});
