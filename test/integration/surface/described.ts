import type {
	ICredentialType,
	INodeProperties,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';
import { Amperity, AmperityApi, AmperityOAuth2Api, AmperityTrigger } from '../../engine/host';
import type { Tree } from './compare';

type Branch = { [name: string]: Tree };

const ROUTES = ['resource', 'operation'];

/** Agents' tools have some fields of their own, beside those of the same name in the node. */
const TOOL = '@tool';

/** What chooses the operation is in the path of its fields. */
function conditionOf({ displayOptions: { show = {}, hide } = {} }: INodeProperties): Tree {
	const shown = Object.entries(show).filter(([name]) => !ROUTES.includes(name));
	return shown.length === 0 && !hide
		? 'always'
		: JSON.stringify({ show: Object.fromEntries(shown), hide });
}

function fieldOf(property: INodeProperties): Branch {
	const { type, required = false, noDataExpression = false, modes } = property;
	const field: Branch = {
		type,
		default: JSON.stringify(property.default),
		shown: conditionOf(property),
		required,
		takesExpressions: !noDataExpression,
	};
	if (modes) field.modes = modes.map(({ name }) => name);
	if (type === 'collection') {
		field.fields = fieldsOf(property.options as INodeProperties[]);
	} else if (property.options) {
		field.values = (property.options as INodePropertyOptions[]).map(({ value }) => String(value));
	}
	return field;
}

function nameOf({ name, displayOptions }: INodeProperties): string {
	return displayOptions?.show?.[TOOL] ? `${name} (tool)` : name;
}

function fieldsOf(properties: INodeProperties[]): Branch {
	const fields: Branch = {};
	for (const property of properties) {
		const name = nameOf(property);
		if (name in fields) throw new Error(`There are two fields ${name}`);
		fields[name] = fieldOf(property);
	}
	return fields;
}

const isFor = ({ displayOptions }: INodeProperties, route: string, value: string) =>
	(displayOptions?.show?.[route] ?? []).includes(value);

const valuesOf = ({ options = [] }: INodeProperties) =>
	(options as INodePropertyOptions[]).map(({ value }) => String(value));

/** The fields of each operation, and under `all` those that belong to none. */
function operationsOf(properties: INodeProperties[]): Branch {
	const isRouted = ({ displayOptions }: INodeProperties) => displayOptions?.show?.resource;
	const operations: Branch = { all: fieldsOf(properties.filter((one) => !isRouted(one))) };
	const resources = properties.filter(({ name }) => name === 'resource').flatMap(valuesOf);
	for (const resource of resources) {
		const own = properties.filter((property) => isFor(property, 'resource', resource));
		const selector = own.find(({ name }) => name === 'operation')!;
		operations[resource] = fieldsOf([selector]);
		for (const operation of valuesOf(selector)) {
			const shown = own.filter((property) => isFor(property, 'operation', operation));
			operations[`${resource} ${operation}`] = fieldsOf(shown);
		}
	}
	return operations;
}

function nodeOf({ version, inputs, outputs, credentials, properties }: INodeTypeDescription): Tree {
	return {
		version: JSON.stringify(version),
		inputs: JSON.stringify(inputs),
		outputs: JSON.stringify(outputs),
		credentials: credentials!.map(({ name }) => name),
		fields: operationsOf(properties),
	};
}

const credentialOf = ({ properties, extends: parents = [] }: ICredentialType): Tree => ({
	extends: parents,
	fields: fieldsOf(properties),
});

/** What both nodes and both credentials have that a saved workflow names. */
export function describedSurface(): Tree {
	const nodes = [new Amperity(), new AmperityTrigger()].map(({ description }) => description);
	const credentials = [new AmperityApi(), new AmperityOAuth2Api()];
	return {
		nodes: Object.fromEntries(nodes.map((node) => [node.name, nodeOf(node)])),
		credentials: Object.fromEntries(credentials.map((one) => [one.name, credentialOf(one)])),
	};
}
