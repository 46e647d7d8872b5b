import type { IExecuteFunctions } from 'n8n-workflow';
import { isCalledByAgent } from './calledByAgent';

/**
 * Names the run of the node within its execution: a loop makes several. n8n tells it in expressions
 * only (seen in 1.117 to 2.41). As a tool, n8n gives each try a run of its own, so there all calls of an execution count as
 * one: an agent that calls twice for the same gets the same run.
 */
export const runIndexOf = (context: IExecuteFunctions): string =>
	isCalledByAgent(context) ? 'tool' : String(context.evaluateExpression('{{ $runIndex }}', 0));
