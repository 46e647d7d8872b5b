import type { IDataObject, INode, IPollFunctions } from 'n8n-workflow';
import type { ModelApi } from './modelApi';
import type { FilterPlan, Settings } from './schedule';

/** What a database makes of JSON. */
export const copyOf = <T extends object>(json: T): T => JSON.parse(JSON.stringify(json)) as T;

const locator = (value: string) => ({ __rl: true, mode: 'list', value });

/** The parameter `filters`, as the editor stores it. */
function filtersOf({ asLocators, config, type, ...texts }: FilterPlan): IDataObject {
	const filters: IDataObject = {};
	const add = (key: string, value: string, isLocator: boolean) => {
		if (value) filters[key] = isLocator ? locator(value) : value;
	};
	add('config', config, true);
	add('type', type, asLocators);
	for (const [key, value] of Object.entries(texts)) add(key, String(value), false);
	return filters;
}

/** The parameters of a trigger. */
export const parametersOf = ({ filters, ...settings }: Settings): IDataObject => ({
	authentication: 'amperityApi',
	...settings,
	filters: filtersOf(filters),
});

/** `getNodeParameter` of n8n for parameters without expressions. */
function parameterOf(
	parameters: IDataObject,
	name: string,
	fallback?: unknown,
	options?: { extractValue?: boolean },
): unknown {
	let value: unknown = parameters;
	for (const key of name.split('.')) value = (value as IDataObject | undefined)?.[key];
	if (value === undefined) {
		if (fallback === undefined) throw new Error(`Could not get parameter ${name}`);
		return fallback;
	}
	if (typeof value !== 'object' || value === null) return value;
	const { __rl: isLocator, value: chosen } = value as IDataObject;
	return options?.extractValue && isLocator ? chosen : copyOf(value);
}

/** What a poll gets from n8n. */
export interface ContextOptions {
	name: string;
	parameters: IDataObject;
	nodeData: IDataObject;
	globalData: IDataObject;
	budgetMs: number;
	api: Pick<ModelApi, 'request'>;
	mode: 'trigger' | 'manual';
	workflowZone: string;
	/** The nodes of the workflow that others follow. */
	connected: readonly string[];
	/** However its ID is written, it is one tenant. */
	tenant: string;
	warn(text: string): void;
}

/** The context of a poll. */
export function contextOf({
	name,
	parameters,
	nodeData,
	globalData,
	budgetMs,
	api,
	mode,
	workflowZone,
	connected,
	tenant,
	warn,
}: ContextOptions): IPollFunctions {
	const node: INode = {
		id: 'node-1',
		name,
		type: 'n8n-nodes-amperity.amperityTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: { amperityApi: { id: '1', name: 'Amperity' } },
	};
	const none = () => {};
	const context = {
		getNode: () => node,
		getNodeParameter: (key: string, fallback?: unknown, options?: { extractValue?: boolean }) =>
			parameterOf(parameters, key, fallback, options),
		getWorkflowStaticData: (type: string) => (type === 'node' ? nodeData : globalData),
		getMode: () => mode,
		getActivationMode: () => 'update',
		getWorkflow: () => ({ id: 'workflow-1', name: 'Workflow', active: true }),
		getChildNodes: (of: string) => (connected.includes(of) ? [{ name: 'Next' }] : []),
		getTimezone: () => workflowZone,
		getExecutionId: () => undefined,
		getPollBudgetMs: () => budgetMs,
		getCredentials: async () => ({
			tenant,
			hosting: 'aws',
			accessToken: 'secret-of-the-model',
			// The pace never waits.
			requestsPerSecond: 1e9,
		}),
		logger: { warn, info: none, debug: none, error: none },
		helpers: {
			httpRequestWithAuthentication: async (type: string, options: never) =>
				await api.request(type, options),
			returnJsonArray: (items: IDataObject[]) => items.map((json) => ({ json })),
		},
	};
	return context as unknown as IPollFunctions;
}
