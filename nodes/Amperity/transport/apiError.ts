import { NodeApiError, type INode } from 'n8n-workflow';
import { renewsTokens } from '../authentication';
import { withMessage } from '../engine/errorMessage';
import { mayHaveBeenAccepted, statusOf, type Failure } from './failure';
import { failureText } from './failureText';

/** A request to Amperity that failed, told in words that say what happened and what to do. */
export class AmperityApiError extends NodeApiError {
	/** Whether Amperity may have acted on the request all the same. */
	readonly mayHaveBeenAccepted: boolean;

	/** Status, code and IDs, as Amperity Support asks for them. */
	readonly facts: string;

	constructor(
		node: INode,
		readonly reason: Failure,
	) {
		const { message, remedy, facts } = failureText(reason, renewsTokens(node));
		super(node, {}, { message, description: `${remedy}${facts}` });
		this.facts = facts;
		// The editor knows the errors of n8n by this name.
		this.name = NodeApiError.name;
		withMessage(this, message);
		this.httpCode = statusOf(reason)?.toString() ?? null;
		if (reason.kind === 'amperity') {
			this.context.request_id = reason.body.requestId;
			this.context.trace_id = reason.body.traceId;
		}
		this.mayHaveBeenAccepted = mayHaveBeenAccepted(reason);
	}
}

/** The failure that an error tells of, if it is one of a request. */
export const reasonOf = (error: unknown): Failure | undefined =>
	error instanceof AmperityApiError ? error.reason : undefined;
