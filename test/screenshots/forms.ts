import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
	type NodeParameterValueType,
	type NodePropertyTypes,
} from 'n8n-workflow';

/** A node whose form looks different from all others. */
export interface Form {
	/** Fit for a file's name. */
	name: string;
	parameters: INodeParameters;
}

/** These choose which form it is, so each of their values is taken, whatever it shows. */
const SUBJECTS = ['resource', 'operation'];
/** The node's part in them is nil: which credential is asked for, and who writes a tool's description. */
const IGNORED = ['authentication', 'descriptionType', ...SUBJECTS];
/** n8n shows this one as a part of the credential's field. */
const HIDDEN = ['authentication'];
/** What n8n adds to the resources and operations of nodes, with a form of its own. */
const OF_N8N = '__CUSTOM_API_CALL__';

/**
 * All forms of a node type: each operation with its defaults, each choice that shows a field which no
 * earlier form of the operation has, and each collection with everything added.
 */
export function formsOf(type: INodeTypeDescription): Form[] {
	return subjectsOf(type).flatMap((subject) => formsAbout(type, subject));
}

/** The resources with their operations, or the one subject of a node that has no such choice. */
function subjectsOf(type: INodeTypeDescription): Form[] {
	let subjects: Form[] = [{ name: type.name.replace(/^.*\./, ''), parameters: {} }];
	for (const name of SUBJECTS) {
		subjects = subjects.flatMap((subject) => {
			const chooser = lookAt(type, subject).fields.find((field) => field.name === name);
			return chooser ? choicesIn(subject, chooser) : subject;
		});
	}
	return subjects;
}

function formsAbout(type: INodeTypeDescription, subject: Form): Form[] {
	const areNew = remember();
	areNew(contentOf(type, subject));
	const forms = [subject];
	// It grows: what a choice has shown may itself be a choice.
	for (const form of forms) {
		const further = lookAt(type, form)
			.fields.filter(({ name }) => !IGNORED.includes(name))
			.flatMap((field) => choicesIn(form, field));
		for (const candidate of further) {
			if (areNew(contentOf(type, candidate))) forms.push(candidate);
		}
	}
	const areAddedFirst = remember();
	const unfolded = forms
		.filter((form) =>
			areAddedFirst(lookAt(type, form).collections.flatMap(({ options }) => options)),
		)
		.map((form) => withEverythingAdded(type, form));
	return [...forms, ...unfolded];
}

/** Tells whether a list holds anything that no earlier list did. */
function remember(): (fields: INodeProperties[]) => boolean {
	const seen = new Set<INodeProperties>();
	return (fields) => {
		const known = seen.size;
		for (const field of fields) seen.add(field);
		return seen.size > known;
	};
}

/** The form once for each value of the field, if that is one of a few. */
function choicesIn(form: Form, { name, type, options = [] }: INodeProperties): Form[] {
	const values = options.flatMap((option) => ('value' in option ? [option.value] : []));
	const choices: Partial<Record<NodePropertyTypes, NodeParameterValueType[]>> = {
		boolean: [true, false],
		options: values.filter((value) => value !== OF_N8N),
		multiOptions: values.map((value) => [String(value)]),
	};
	return (choices[type] ?? []).map((value) => ({
		name: `${form.name}-${typeof value === 'boolean' ? `${name}-` : ''}${String(value)}`,
		parameters: { ...form.parameters, [name]: value },
	}));
}

interface Collection {
	name: string;
	/** What can be added to it. */
	options: INodeProperties[];
}

/** What n8n shows of a form; fields that are not given have their defaults. */
function lookAt(
	type: INodeTypeDescription,
	{ parameters }: Form,
): { fields: INodeProperties[]; collections: Collection[] } {
	const node = { type: type.name, typeVersion: 1 } as INode;
	const values =
		NodeHelpers.getNodeParameters(type.properties, parameters, true, false, node, type) ?? {};
	const fields = type.properties.filter((field) =>
		NodeHelpers.displayParameter(values, field, node, type),
	);
	const collections = fields
		.filter((field) => field.type === 'collection')
		.map(({ name, options }) => ({
			name,
			options: (options as INodeProperties[]).filter((option) =>
				NodeHelpers.displayParameter({}, option, node, type, values),
			),
		}));
	return { fields, collections };
}

/** The fields in sight that open a list of choices which is written in the node. */
export function listsIn(type: INodeTypeDescription, form: Form): INodeProperties[] {
	const { fields, collections } = lookAt(type, form);
	const added = collections.flatMap(({ name, options }) => {
		const values = (form.parameters[name] ?? {}) as INodeParameters;
		return options.filter((option) => option.name in values);
	});
	return [...fields, ...added].filter(
		({ name, type: kind }) =>
			(kind === 'options' || kind === 'multiOptions') && !HIDDEN.includes(name),
	);
}

function contentOf(type: INodeTypeDescription, form: Form): INodeProperties[] {
	const { fields, collections } = lookAt(type, form);
	return [...fields, ...collections.flatMap(({ options }) => options)];
}

function withEverythingAdded(type: INodeTypeDescription, { name, parameters }: Form): Form {
	const added = lookAt(type, { name, parameters }).collections.map((collection) => [
		collection.name,
		Object.fromEntries(collection.options.map((option) => [option.name, option.default])),
	]);
	const all: INodeParameters = { ...parameters, ...Object.fromEntries(added) };
	return { name: `${name}-everything-added`, parameters: all };
}
