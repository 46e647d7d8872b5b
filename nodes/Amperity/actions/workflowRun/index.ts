import { resourceOf } from '../resource';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as start from './start.operation';
import * as stop from './stop.operation';
import * as wait from './wait.operation';

export const workflowRun = resourceOf('workflowRun', 'start', { get, getMany, start, stop, wait });
