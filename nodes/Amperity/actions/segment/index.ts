import { resourceOf } from '../resource';
import * as getMany from './getMany.operation';

export const segment = resourceOf('segment', 'getMany', { getMany });
