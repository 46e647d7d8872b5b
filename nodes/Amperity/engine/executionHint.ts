import type { IExecuteFunctions } from 'n8n-workflow';

/** What each execution of a node has been told: n8n would show a hint again for each item. */
const shown = new WeakMap<IExecuteFunctions, Set<string>>();

/** Shows a text above the output of the node, once (`addExecutionHints` of n8n 1.123 to 2.41). */
export function showHint(context: IExecuteFunctions, message: string): void {
	const messages = shown.get(context) ?? new Set();
	shown.set(context, messages);
	if (messages.has(message)) return;
	messages.add(message);
	context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
}
