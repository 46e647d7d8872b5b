import { CRASH_LAB, testCrash } from '../e2e/crash';
import { shareLab } from '../e2e/shareLab';
import type { Lab } from '../n8n-host/lab';

let lab: Lab;

shareLab((started) => (lab = started), { ...CRASH_LAB, version: '1.123.81' });

// n8n 1 hands out an execution again whose worker is gone; from 2.0 on it gives it up.
describe('another worker', () => testCrash(() => lab));
