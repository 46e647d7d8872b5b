import type { Lab } from '../n8n-host/lab';
import { shareLab } from './shareLab';
import { DURABLE_CURSORS, testTellsOnce } from './tellsOnce';

let lab: Lab;

shareLab((started) => (lab = started), { queue: true, env: DURABLE_CURSORS });

testTellsOnce(() => lab);
