import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/**
 * What n8n keeps for the node from one execution to the next, in every process. n8n writes it at the end of an
 * execution that was not started by hand, and only if it has changed: all static data of the workflow at once,
 * that of a trigger too, which may have gone on meanwhile. So it should change seldom
 * (`saveStaticData` of n8n 1.117 to 2.41).
 */
export const keptData = (context: IExecuteFunctions): IDataObject =>
	context.getWorkflowStaticData('node');
