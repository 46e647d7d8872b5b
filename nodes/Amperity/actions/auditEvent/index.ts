import { resourceOf } from '../resource';
import * as getMany from './getMany.operation';

export const auditEvent = resourceOf('auditEvent', 'getMany', { getMany });
