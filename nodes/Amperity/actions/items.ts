import {
	NodeApiError,
	NodeOperationError,
	type IBinaryKeyData,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { errorJson } from '../engine/errorOutput';
import { withMessage } from '../engine/errorMessage';
import { reasonOf } from '../transport/apiError';
import type { AmperityClient } from '../transport/client';
import { concurrently } from '../transport/concurrently';
import { itemClient } from './itemClient';

type ItemError = NodeApiError | NodeOperationError;

/** What became of one input item: a value, or the error that it met. */
export type Outcome<T> = Succeeded<T> | Failed;

/** An item that went well. */
export interface Succeeded<T> {
	itemIndex: number;
	value: T;
	error?: undefined;
}

/** An item that met an error. */
export interface Failed {
	itemIndex: number;
	value?: undefined;
	error: ItemError;
}

/** The outcome of an item that an operation is done with: the JSON of its output items. */
export type ItemOutcome = Failed | ItemOutput;

/** What an item puts out. */
export interface ItemOutput extends Succeeded<IDataObject | IDataObject[]> {
	/** Files beside the JSON, by the name of their property. */
	binary?: IBinaryKeyData;
	/** The input items that it comes from, where these are several. */
	pairedItems?: number[];
}

/** Items whose requests are under way at once: enough to use the rate limit with slow answers. */
const MOST_IN_FLIGHT = 10;

function asItemError(context: IExecuteFunctions, error: unknown, itemIndex: number): ItemError {
	const itemError =
		error instanceof NodeApiError || error instanceof NodeOperationError
			? error
			: new NodeOperationError(context.getNode(), error as Error);
	itemError.context.itemIndex = itemIndex;
	return withMessage(itemError, (error as Error).message);
}

/** Does something for one item. What it throws becomes the item's error. */
export async function outcomeOf<T>(
	context: IExecuteFunctions,
	itemIndex: number,
	action: () => T | Promise<T>,
): Promise<Outcome<T>> {
	try {
		return { itemIndex, value: await action() };
	} catch (error) {
		return { itemIndex, error: asItemError(context, error, itemIndex) };
	}
}

/** Whether an item met an error. */
export function isFailed(outcome: Outcome<unknown>): outcome is Failed {
	return outcome.error !== undefined;
}

/** Whether an error has been met that ends the node, by its settings. */
export function mustStop(context: IExecuteFunctions, outcomes: Array<Outcome<unknown>>): boolean {
	return !context.continueOnFail() && outcomes.some(isFailed);
}

/** Whether nothing was sent for an item, since nothing more was to be. */
export const isLeftAlone = ({ error }: Outcome<unknown>): boolean =>
	reasonOf(error)?.kind === 'stopped';

/**
 * Does something for every input item, one after the other. What it throws becomes the item's error;
 * after an error the remaining items are left alone unless the node's settings say to go on.
 */
export async function eachItem<T>(
	context: IExecuteFunctions,
	action: (itemIndex: number) => T | Promise<T>,
): Promise<Array<Outcome<T>>> {
	const outcomes: Array<Outcome<T>> = [];
	const { length } = context.getInputData();
	for (let itemIndex = 0; itemIndex < length && !mustStop(context, outcomes); itemIndex++) {
		outcomes.push(await outcomeOf(context, itemIndex, () => action(itemIndex)));
	}
	return outcomes;
}

/**
 * Asks Amperity for every input item, for several at once. The outcomes are in the order of the items.
 * After an error nothing further is sent unless the node's settings say to go on; what is under way is
 * waited for.
 */
export async function eachItemAtOnce<T>(
	context: IExecuteFunctions,
	action: (client: AmperityClient, itemIndex: number) => Promise<T>,
): Promise<Array<Outcome<T>>> {
	const stop = new AbortController();
	const { signal } = stop;
	const outcomes = await concurrently(
		context.getInputData().keys(),
		MOST_IN_FLIGHT,
		async (itemIndex) => {
			if (signal.aborted) return undefined;
			const outcome = await outcomeOf(context, itemIndex, async () =>
				action(await itemClient(context, itemIndex, signal), itemIndex),
			);
			if (signal.aborted && isLeftAlone(outcome)) return undefined;
			if (mustStop(context, [outcome])) stop.abort();
			return outcome;
		},
	);
	return outcomes.filter((outcome) => outcome !== undefined);
}

function outputOf({ itemIndex, value, binary, pairedItems }: ItemOutput): INodeExecutionData[] {
	const pairedItem = pairedItems ? pairedItems.map((item) => ({ item })) : { item: itemIndex };
	return [value].flat().map((json) => ({ json, pairedItem, ...(binary && { binary }) }));
}

/**
 * Turns outcomes into output items, each linked to its input item.
 *
 * @throws the first error, unless the node's settings say to go on
 */
export function toOutput(
	context: IExecuteFunctions,
	outcomes: ItemOutcome[],
): INodeExecutionData[] {
	const failed = outcomes.find(isFailed);
	if (failed && !context.continueOnFail()) throw failed.error;
	return outcomes.flatMap((outcome) => {
		if (!isFailed(outcome)) return outputOf(outcome);
		const { itemIndex, error } = outcome;
		const value = errorJson(context.getNode(), error, itemIndex);
		return outputOf({ itemIndex, value });
	});
}
