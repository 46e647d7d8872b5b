import type { INode, INodeParameters } from 'n8n-workflow';
import type { SavedCredential } from '../n8n-host/N8nClient';
import type { BenchLab } from './BenchLab';
import { byId, httpRequest, ourNode } from './workflows';

/** This package's node, which gets the run of each item. */
export const getNode = (credential: SavedCredential): INode =>
	ourNode(credential, { operation: 'get', runId: byId('={{ $json.runId }}') });

/** n8n's own node, which does the same. */
export function getRequest({ header, runsUrl }: BenchLab, options: INodeParameters = {}): INode {
	const url = `=${runsUrl}/{{ $json.runId }}`;
	return httpRequest(header, { method: 'GET', url, query: { view: 'overview' }, options });
}
