import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import type { AmperityModel, Run } from './amperityModel';
import { time } from './modelTime';
import type { Churn, ListFault, ListPlan, Poison } from './schedule';

/** What goes wrong in a poll, and how slow Amperity is. */
export interface Conditions {
	latencyMs: number;
	listFault?: { kind: ListFault; request: number };
	churn?: Churn;
}

export const CALM: Conditions = { latencyMs: 50 };

const coded = (code: string) => Object.assign(new Error(code), { code });

/** A body as n8n's helper gives it for `encoding: 'stream'`. */
function streamOf(text: string) {
	const bytes = Buffer.from(text);
	return {
		async *[Symbol.asyncIterator]() {
			yield bytes;
		},
		destroy() {},
	};
}

/** Answers the requests of one poll, or of polls that go on at once. */
export class ModelApi {
	private lists = 0;

	/** Which runs a poll could not read: each counts once for each poll. */
	private readonly poisoned = new Set<Run>();

	constructor(
		private readonly amperity: AmperityModel,
		private readonly plan: ListPlan,
		private readonly conditions: Conditions,
		private readonly isAlive: () => boolean,
	) {}

	/** In place of n8n's `httpRequestWithAuthentication`. */
	readonly request = async (_type: string, options: IHttpRequestOptions): Promise<unknown> => {
		if (!this.isAlive()) return await new Promise(() => {});
		const id = /^\/workflow\/runs\/(.+)$/.exec(options.url)?.[1];
		const isList = options.url === '/workflow/runs';
		if (!isList && id === undefined) throw new Error(`No such address: ${options.url}`);
		const fault = isList ? this.listFault() : this.poisonOf(decodeURIComponent(id!));
		if (fault === 'hang') {
			await this.wait(options.timeout!);
			throw coded('ETIMEDOUT');
		}
		await this.wait(this.conditions.latencyMs);
		if (fault === 'drop') throw coded('ECONNRESET');
		if (fault === 'html') return this.answer(502, '<html>Bad gateway</html>');
		if (fault) return this.error(fault);
		const now = time.now();
		const json = isList
			? this.amperity.page(options.qs ?? {}, now)
			: this.amperity.details(decodeURIComponent(id!), now);
		return json ? this.answer(200, JSON.stringify(json)) : this.error(404);
	};

	private async wait(milliseconds: number): Promise<void> {
		await time.sleep(milliseconds);
		// Nobody is there any more who could take the answer.
		if (!this.isAlive()) await new Promise(() => {});
	}

	private listFault(): ListFault | undefined {
		const { listFault, churn } = this.conditions;
		const number = this.lists++;
		if (churn?.request === number) this.amperity.churn(churn, time.now());
		return listFault && number >= listFault.request ? listFault.kind : undefined;
	}

	private poisonOf(id: string): Poison | undefined {
		const run = this.amperity.runs.find((one) => one.id === id);
		if (!run?.poison) return undefined;
		if (!this.poisoned.has(run)) {
			if (run.poison.polls <= 0) return undefined;
			run.poison.polls--;
			this.poisoned.add(run);
		}
		return run.poison.kind;
	}

	private error(status: number) {
		return this.answer(status, JSON.stringify({ status, message: 'It does not go' }));
	}

	private answer(statusCode: number, text: string) {
		const headers: IDataObject = this.plan.tellsDate
			? { date: new Date(time.now()).toUTCString() }
			: {};
		return { statusCode, headers, body: streamOf(text) };
	}
}
