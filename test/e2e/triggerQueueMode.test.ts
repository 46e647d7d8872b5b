import type { Lab } from '../n8n-host/lab';
import { shareLab } from './shareLab';
import { testTellsOnce } from './tellsOnce';

let lab: Lab;

shareLab((started) => (lab = started), { queue: true });

testTellsOnce(() => lab);
