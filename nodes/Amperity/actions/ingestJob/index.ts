import { resourceOf } from '../resource';
import * as get from './get.operation';
import * as getMany from './getMany.operation';

export const ingestJob = resourceOf('ingestJob', 'getMany', { get, getMany });
