import { startLab, type Lab, type LabOptions } from '../n8n-host/lab';

/** Gives all tests of a file one n8n and one simulated Amperity. */
export function shareLab(use: (lab: Lab) => void, options?: LabOptions): void {
	let lab: Lab | undefined;

	beforeAll(async () => {
		lab = await startLab(options);
		use(lab);
	}, 150_000);

	afterAll(async () => {
		await lab?.stop();
	});
}
