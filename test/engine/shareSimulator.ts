import { AmperitySimulator, type SimulatorOptions } from '../simulator';
import { warpTime } from './warpTime';

/**
 * Gives all tests of a file, or of a `describe` block, one simulated Amperity, in which time passes faster. Each test
 * begins with an empty one, and fails if an answer or a request broke the published contract.
 */
export function shareSimulator(
	speed: number,
	use: (simulator: AmperitySimulator) => void,
	options: SimulatorOptions = {},
): void {
	let simulator: AmperitySimulator;
	let unwarp: () => void;

	beforeAll(async () => {
		unwarp = warpTime(speed);
		simulator = await AmperitySimulator.start(options);
		use(simulator);
	});

	afterEach(() => {
		expect(simulator.validationErrors).toEqual([]);
		simulator.reset();
	});

	afterAll(async () => {
		await simulator.stop();
		unwarp();
	});
}
