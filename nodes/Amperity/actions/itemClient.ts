import type { IExecuteFunctions } from 'n8n-workflow';
import { FieldReader } from '../fields/fieldReader';
import { AmperityClient } from '../transport/client';
import { requestTimeoutMs } from './requestTimeout';

/**
 * The client that asks for one item, with its credential and its time-out.
 *
 * @param signal fires when nothing more is to be sent
 * @throws NodeOperationError if the node has no credential, or the time-out cannot be used
 */
export async function itemClient(
	context: IExecuteFunctions,
	itemIndex: number,
	signal?: AbortSignal,
): Promise<AmperityClient> {
	const timeoutMs = requestTimeoutMs(FieldReader.ofItem(context, itemIndex));
	return await AmperityClient.create(context, { itemIndex, timeoutMs, signal });
}
