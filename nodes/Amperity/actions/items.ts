import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

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
export type ItemOutcome = Outcome<IDataObject | IDataObject[]>;

/** One operation of the node, as its file exports it. */
export interface Operation {
	execute(context: IExecuteFunctions): Promise<ItemOutcome[]>;
}

function asItemError(context: IExecuteFunctions, error: unknown, itemIndex: number): ItemError {
	const itemError =
		error instanceof NodeApiError || error instanceof NodeOperationError
			? error
			: new NodeOperationError(context.getNode(), error as Error);
	itemError.context.itemIndex = itemIndex;
	return itemError;
}

/** Whether an item met an error. */
export function isFailed(outcome: Outcome<unknown>): outcome is Failed {
	return outcome.error !== undefined;
}

/** Whether an error has been met that ends the node, by its settings. */
export function mustStop(context: IExecuteFunctions, outcomes: Array<Outcome<unknown>>): boolean {
	return !context.continueOnFail() && outcomes.some(isFailed);
}

/**
 * Does something for every input item, in order. What it throws becomes the item's error; after an
 * error the remaining items are left alone unless the node's settings say to go on.
 */
export async function eachItem<T>(
	context: IExecuteFunctions,
	action: (itemIndex: number) => T | Promise<T>,
): Promise<Array<Outcome<T>>> {
	const outcomes: Array<Outcome<T>> = [];
	const { length } = context.getInputData();
	for (let itemIndex = 0; itemIndex < length && !mustStop(context, outcomes); itemIndex++) {
		try {
			outcomes.push({ itemIndex, value: await action(itemIndex) });
		} catch (error) {
			outcomes.push({ itemIndex, error: asItemError(context, error, itemIndex) });
		}
	}
	return outcomes;
}

/**
 * The JSON of an item that failed. n8n sends it to the error output, together with the fields of
 * the input item, only if there are no keys but these three.
 */
function errorJson(error: ItemError, itemIndex: number): IDataObject {
	return {
		error: error.message,
		message: error.description ?? undefined,
		details: { item: itemIndex, ...(error.context.details as IDataObject | undefined) },
	};
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
	return outcomes.flatMap(({ itemIndex, value, error }) =>
		[error ? errorJson(error, itemIndex) : value]
			.flat()
			.map((json) => ({ json, pairedItem: { item: itemIndex } })),
	);
}
