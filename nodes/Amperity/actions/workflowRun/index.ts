import { resourceOf } from '../resource';
import * as ensureFresh from './ensureFresh.operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as report from './report.operation';
import * as start from './start.operation';
import * as stop from './stop.operation';
import * as wait from './wait.operation';

/** In the order in which n8n offers its actions. */
export const workflowRun = resourceOf('workflowRun', 'start', {
	start,
	ensureFresh,
	wait,
	get,
	getMany,
	report,
	stop,
});
