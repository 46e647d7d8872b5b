import type { NodeResult } from './index';

/** All that a person reads of an error; empty if there was none. */
export const errorText = ({ error }: Pick<NodeResult, 'error'>): string =>
	error ? `${error.message}\n${error.description ?? ''}` : '';
