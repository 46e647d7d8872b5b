import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Amperity, AmperityTrigger } from '../../engine/host';

/** A field of a node, in one of its operations, and how a person gets to see it. */
export interface Field {
	/** Resource, operation, collection, field and mode, as far as there are any. */
	name: string;
	property: INodeProperties;
	/** The agent's tool alone has it. */
	isOfTool: boolean;
	/** The parameters that show the field, with a value in it. */
	holding(value: unknown): IDataObject;
}

type Values = Record<string, unknown>;

const TOOL = '@tool';

/** All fields of the node, operation by operation. */
export function fieldsOfNode(): Field[] {
	const { properties } = new Amperity().description;
	return choicesOf(named(properties, 'resource')).flatMap((resource) => {
		const operations = properties.filter(
			(property) => property.name === 'operation' && allows(property, 'resource', resource),
		);
		return operations.flatMap(choicesOf).flatMap((operation) => {
			const routed = { resource, operation };
			const shown = properties.filter(
				(property) => !isRoute(property) && !isHiddenBy(property, routed),
			);
			return fieldsOf(shown, `${resource} ${operation}`, routed);
		});
	});
}

/** What chooses the operation and the credential. */
export const routesOfNode = (): INodeProperties[] =>
	new Amperity().description.properties.filter(isRoute);

/** All fields of the trigger. */
export const fieldsOfTrigger = (): Field[] =>
	fieldsOf(
		new AmperityTrigger().description.properties.filter((property) => !isRoute(property)),
		'trigger',
		{},
	);

const ROUTES = ['authentication', 'resource', 'operation'];
const isRoute = ({ name }: INodeProperties) => ROUTES.includes(name);

/** The values that a choice lists. */
export const choicesOf = ({ options = [] }: INodeProperties): string[] =>
	(options as INodePropertyOptions[]).map(({ value }) => String(value));

function fieldsOf(properties: INodeProperties[], where: string, fixed: Values): Field[] {
	return properties.flatMap((property) => {
		const shown = { ...fixed, ...showing(property, properties, fixed) };
		const outer = `${where} ${property.name}`;
		if (property.type !== 'collection') {
			return fieldsIn(property, outer, (value) => ({ ...shown, [property.name]: value }));
		}
		return (property.options as INodeProperties[]).flatMap((inner) => {
			const all = { ...shown, ...showing(inner, properties, shown, property) };
			return fieldsIn(inner, `${outer}.${inner.name}`, (value) =>
				nested({ ...all, [`${property.name}.${inner.name}`]: value }),
			);
		});
	});
}

/** The field itself, or one for each way in which a resource locator takes a value. */
function fieldsIn(
	property: INodeProperties,
	name: string,
	holding: (value: unknown) => Values,
): Field[] {
	const field = (more: string, parameters: (value: unknown) => Values): Field => ({
		name: `${name}${more}`,
		property,
		isOfTool: property.displayOptions?.show?.[TOOL] !== undefined,
		holding: (value) => parameters(value) as IDataObject,
	});
	switch (property.type) {
		case 'resourceLocator':
			return property.modes!.map((mode) =>
				field(` (${mode.name})`, (value) => holding({ __rl: true, mode: mode.name, value })),
			);
		case 'boolean':
		case 'dateTime':
		case 'multiOptions':
		case 'number':
		case 'options':
		case 'string':
			return [field('', holding)];
		default:
			throw new Error(`${name} is a ${property.type}: tell how it is driven`);
	}
}

/** Puts the values of the fields of a collection, like `options.order`, into it. */
function nested(values: Values): Values {
	const result: Values = {};
	for (const [path, value] of Object.entries(values)) {
		const [name = '', inner] = path.split('.');
		result[name] = inner === undefined ? value : { ...(result[name] as Values), [inner]: value };
	}
	return result;
}

/** The values of other fields that `displayOptions` ask for, and those that these ask for. */
function showing(
	property: INodeProperties,
	properties: INodeProperties[],
	fixed: Values,
	collection?: INodeProperties,
): Values {
	const values: Values = {};
	for (const [path, accepted] of Object.entries(property.displayOptions?.show ?? {})) {
		// Within a collection, a name without a slash is that of a field beside it.
		const isBeside = collection && path !== TOOL && !path.startsWith('/');
		const name = isBeside ? `${collection.name}.${path}` : path.replace(/^\//, '');
		if (name === TOOL || name in fixed) continue;
		const [first] = accepted!;
		if (typeof first === 'object') throw new Error(`${property.name} has a condition for ${name}`);
		const other = named(properties, name);
		const value = other.type === 'multiOptions' ? [first] : first;
		Object.assign(values, showing(other, properties, fixed), { [name]: value });
	}
	return values;
}

function named(properties: INodeProperties[], path: string): INodeProperties {
	const [name, inner] = path.split('.');
	const property = properties.find((candidate) => candidate.name === name);
	if (property && inner !== undefined) return named(property.options as INodeProperties[], inner);
	if (!property) throw new Error(`There is no field ${name}`);
	return property;
}

const allows = ({ displayOptions }: INodeProperties, name: string, value: unknown) =>
	(displayOptions?.show?.[name] ?? [value]).includes(value as string);

const isHiddenBy = (property: INodeProperties, routed: Values) =>
	Object.entries(routed).some(([name, value]) => !allows(property, name, value));
