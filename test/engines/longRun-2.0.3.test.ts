import { beginLongRuns, testLongRuns, type LongRuns } from '../e2e/longRun';
import { shareLab } from '../e2e/shareLab';
import type { Lab } from '../n8n-host/lab';

let lab: Lab;
let longRuns: LongRuns;

shareLab((started) => (lab = started), { version: '2.0.3' });

beforeAll(async () => {
	longRuns = await beginLongRuns(lab);
}, 200_000);

describe('the example of a long run, after n8n was killed and started again', () => {
	testLongRuns(
		() => lab,
		() => longRuns,
		{ errorsReachCaller: false },
	);
});
