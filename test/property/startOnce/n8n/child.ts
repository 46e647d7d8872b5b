/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import type { INode } from 'n8n-workflow';
import { warpTime } from '../../../engine/warpTime';
import { abortedAfter } from '../time/abortedAfter';
import { ClientTraffic, whenConnected } from '../time/clientTraffic';
import type { ChildClock, FromChild, ToChild } from './messages';
import { resultOf } from './n8nProcess';

type Answer = Extract<ToChild, { kind: 'recorded' }>;

const tell = (message: FromChild) => process.send!(message);

const questions = new Map<number, (answer: Answer) => void>();

/** The database of n8n, which the parent has. */
const database = {
	async checkProcessedAndRecord(
		items: Extract<FromChild, { kind: 'record' }>['items'],
		_scope: string,
		{ workflow, node }: { workflow: { id: string }; node?: INode },
		options: Extract<FromChild, { kind: 'record' }>['options'],
	) {
		const question = questions.size;
		const answered = new Promise<Answer>((resolve) => questions.set(question, resolve));
		const nodeId = node?.id ?? '';
		tell({ kind: 'record', question, items, workflowId: workflow.id, nodeId, options });
		const { output, failure } = await answered;
		if (!output) throw new Error(failure);
		return output;
	},
};

/** A process of n8n: runs the compiled node in n8n's own engine when it is told to. */
async function main({ speed, began }: ChildClock): Promise<void> {
	warpTime(speed, began);
	AbortSignal.timeout = abortedAfter;
	new ClientTraffic((request) => whenConnected(request, (port) => tell({ kind: 'sends', port })));
	// The engine is made for tests, which forget after each of them.
	Object.assign(globalThis, { afterEach: () => undefined });
	const { forgetAll, startAmperity } = await import('../../../engine');
	const { DataDeduplicationService } = await import('n8n-core');
	await DataDeduplicationService.init(database as never);
	const stops = new Map<number, () => void>();

	process.on('message', (message: ToChild) => {
		if (message.kind === 'start') {
			const { execution, node } = message;
			const { result, stop } = startAmperity(node);
			stops.set(execution, stop);
			void result.then((all) => tell({ kind: 'ended', execution, result: resultOf(all) }));
		}
		if (message.kind === 'stop') stops.get(message.execution)?.();
		if (message.kind === 'forget') forgetAll();
		if (message.kind === 'recorded') questions.get(message.question)?.(message);
	});
	process.on('disconnect', () => process.exit());
	tell({ kind: 'ready' });
}

void main(JSON.parse(process.argv[2]!) as ChildClock);
