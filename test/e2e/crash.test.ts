import type { Lab } from '../n8n-host/lab';
import { CRASH_LAB, testCrash } from './crash';
import { shareLab } from './shareLab';

let lab: Lab;

shareLab((started) => (lab = started), CRASH_LAB);

describe('another worker', () => {
	// This n8n gives up an execution whose worker is gone. Its queue can still hand it out a second time.
	testCrash(
		() => lab,
		async ({ redis }) => {
			expect(await redis!.handOutAgain()).toBe(4);
		},
	);
});
