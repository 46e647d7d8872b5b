import { resourceOf } from '../resource';
import * as getMany from './getMany.operation';

export const campaign = resourceOf('campaign', 'getMany', { getMany });
