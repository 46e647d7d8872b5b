import type { ICredentialsDecrypted, INode } from 'n8n-workflow';
import { monotonicNow } from '../../../credentials/monotonicClock';
import type { SendRequest } from '../../../credentials/tokenEndpoint';
import { credentialTypeOf, renewsTokens } from '../authentication';
import { cancelSignalOf, withSignal, type NodeContext } from '../engine/executionSignal';
import { pause } from '../engine/pause';
import { memoryOf, type TenantMemory } from '../tenantMemory';
import type { AmperityRequest, ClientOptions, RequestLimits } from './amperityRequest';
import { readAnswer, type Answer } from './answer';
import { AmperityApiError } from './apiError';
import {
	accountOf,
	readyCredential,
	secretsIn,
	tenantIn,
	type Account,
	type CredentialFields,
	type ReadyCredential,
} from './credential';
import { isThrottled, mayHaveBeenAccepted, retryAfterOf, statusOf, type Failure } from './failure';
import { Pace } from './pace';
import { retryDelayMs } from './retry';
import { send } from './send';
import { ServerClock } from './serverClock';

/** Some requests take Amperity seconds to answer. Milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** The longest time that a timer of Node.js can run. Milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A credential is read again after so long: somebody may have entered a new token. Milliseconds. */
const FIELDS_LIFETIME_MS = 5_000;

const STOPPED: Failure = { kind: 'stopped' };

/** Names who asks, for turns: an execution, or else a node that polls or is being edited. */
function callerOf(context: NodeContext): string {
	const { id = '' } = context.getWorkflow();
	return `${context.getExecutionId() ?? ''} ${id} ${context.getNode().id}`;
}

/**
 * Asks Amperity with the credential of one item: at the pace of its tenant, and again where that is safe
 * and may help.
 */
export class AmperityClient {
	readonly account: Account;

	private readonly credentialType: string;

	private readonly memory: TenantMemory;

	/** Fires when nothing more is to be sent. */
	private readonly stop: AbortSignal | undefined;

	private constructor(
		private readonly context: NodeContext,
		private readonly options: ClientOptions,
		private fields: CredentialFields,
		private fieldsReadAt = monotonicNow(),
	) {
		const node = context.getNode();
		this.credentialType = credentialTypeOf(node);
		this.account = accountOf(fields, node.credentials?.[this.credentialType]?.id ?? undefined);
		this.memory = memoryOf(this.account.tenant);
		const signals = [cancelSignalOf(context), options.signal].filter((signal) => !!signal);
		this.stop = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
	}

	/**
	 * A client for one item of a node, or for a poll or a list search.
	 *
	 * @throws NodeOperationError if the node has no credential
	 */
	static async create(context: NodeContext, options: ClientOptions = {}): Promise<AmperityClient> {
		const type = credentialTypeOf(context.getNode());
		const fields = await context.getCredentials(type, options.itemIndex);
		return new AmperityClient(context, options, fields);
	}

	get node(): INode {
		return this.context.getNode();
	}

	/** A part of what this process remembers of the tenant. */
	remembered<T extends object>(Part: new () => T): T {
		return this.memory.part(Part);
	}

	/** Amperity's clock. */
	get clock(): ServerClock {
		return this.remembered(ServerClock);
	}

	/** Milliseconds until an answer must have come, unless a request says otherwise. */
	get timeoutMs(): number {
		return this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
	}

	/**
	 * The same client, which goes on asking after n8n has stopped the execution, as whoever wants to stop
	 * the run has to.
	 */
	withoutCancel(): AmperityClient {
		const context = withSignal(this.context, undefined);
		return new AmperityClient(context, { ...this.options, signal: undefined }, this.fields);
	}

	/**
	 * Sends a request.
	 *
	 * @throws AmperityApiError if no good answer came
	 */
	async request<T>(request: AmperityRequest<T>, limits: RequestLimits = {}): Promise<T> {
		const { retry = true, until = Infinity } = limits;
		let failures = 0;
		let lastFailure: Failure | undefined;
		let failingSince: number | undefined;
		let refusedToken: string | undefined;
		for (;;) {
			const { answer, token } = await this.attempt(request, limits, refusedToken);
			const { failure } = answer;
			if (!failure) return answer.value;

			const now = monotonicNow();
			if (token && refusedToken === undefined && this.mayRenew(failure, request)) {
				refusedToken = token;
				continue;
			}
			failingSince ??= now;
			if (!isThrottled(failure)) failures++;
			const attempts = { failures, failingForMs: now - failingSince };
			const delay = retryDelayMs(failure, request.repeatability, attempts, Math.random());
			if (!retry || delay === undefined || now + delay > until) {
				// That there was no time for another attempt says less than how the last one failed.
				const reason = failure.kind === 'noTurn' ? (lastFailure ?? failure) : failure;
				throw new AmperityApiError(this.node, reason);
			}
			lastFailure = failure;
			await pause(delay, this.stop);
		}
	}

	/** Sends a request once, when it is its turn. */
	private async attempt<T>(
		request: AmperityRequest<T>,
		limits: RequestLimits,
		refusedToken: string | undefined,
	): Promise<{ answer: Answer<T>; token?: string }> {
		const { timeoutMs = this.timeoutMs, until = Infinity, onSent } = limits;
		const timeout = Math.min(Math.ceil(timeoutMs), LONGEST_TIMEOUT_MS);
		const ready = await this.credential(refusedToken, timeout);
		if (ready.failure) return { answer: { failure: ready.failure } };
		const { fields, token, requestsPerSecond } = ready;

		const pace = this.remembered(Pace);
		const caller = callerOf(this.context);
		const { stop } = this;
		const hasTurn = await pace.turn({ caller, requestsPerSecond, until, signal: stop });
		if (stop?.aborted) return { answer: { failure: STOPPED } };
		if (!hasTurn) return { answer: { failure: { kind: 'noTurn' } } };

		const sentAt = monotonicNow();
		onSent?.(sentAt);
		const secrets = secretsIn(fields);
		const cancel = cancelSignalOf(this.context);
		const sent = await send(this.sending(fields), request, { timeoutMs: timeout, cancel, secrets });
		const answer = sent.answer
			? readAnswer(sent.answer, request.read, secrets)
			: { failure: sent.failure };
		this.learn(answer.failure, sent.answer?.headers.date, { requestsPerSecond, sentAt });
		return { answer, token };
	}

	/** Sends by n8n's helper, which applies the credential. */
	private sending(fields: CredentialFields): SendRequest {
		const type = this.credentialType;
		const credentialsDecrypted: ICredentialsDecrypted = { id: '', name: '', type, data: fields };
		return async (options) => {
			const context = withSignal(this.context, options.abortSignal as AbortSignal);
			const { httpRequestWithAuthentication } = context.helpers;
			return (await httpRequestWithAuthentication.call(context, type, options, {
				credentialsDecrypted,
			})) as unknown;
		};
	}

	/** The pace learns from every answer, and the clock from Amperity's own. */
	private learn(
		failure: Failure | undefined,
		date: unknown,
		sent: { requestsPerSecond: number; sentAt: number },
	): void {
		const pace = this.remembered(Pace);
		if (failure && isThrottled(failure)) {
			pace.throttled({ ...sent, retryAfterMs: retryAfterOf(failure) });
		} else if (failure?.kind !== 'network') {
			pace.admitted();
		}
		if (!failure || failure.kind === 'amperity') this.clock.learn(date, sent.sentAt);
	}

	private async credential(
		refusedToken: string | undefined,
		timeoutMs: number,
	): Promise<ReadyCredential> {
		if (this.stop?.aborted) return { failure: STOPPED };
		if (monotonicNow() - this.fieldsReadAt > FIELDS_LIFETIME_MS) {
			const { credentialType, options } = this;
			const fields = await this.context.getCredentials(credentialType, options.itemIndex);
			// What has begun in one tenant goes on in it, also if somebody edits the credential meanwhile.
			if (tenantIn(fields) === this.account.tenant) this.fields = fields;
			this.fieldsReadAt = monotonicNow();
		}
		const { stop: signal } = this;
		const { httpRequest: send } = this.context.helpers;
		const tokenRequest = renewsTokens(this.node)
			? { send, refused: refusedToken, timeoutMs, signal }
			: undefined;
		const ready = await readyCredential(this.fields, tokenRequest);
		return signal?.aborted ? { failure: STOPPED } : ready;
	}

	/**
	 * Whether a new token may help. What must not be sent twice is sent again only where Amperity itself
	 * has refused the old one.
	 */
	private mayRenew(failure: Failure, { repeatability }: AmperityRequest<unknown>): boolean {
		const isSafe = repeatability === 'safe' || !mayHaveBeenAccepted(failure);
		return renewsTokens(this.node) && statusOf(failure) === 401 && isSafe;
	}
}
