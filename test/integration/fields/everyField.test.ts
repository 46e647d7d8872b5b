/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { isDeepStrictEqual } from 'node:util';
import type { IDataObject } from 'n8n-workflow';
import { REFUSED, rowOf, WORKFLOW_ZONE, type Row } from './fieldTable';
import { asSaved, type Outcome } from './kinds';
import { FieldLab, isChange, type Seen } from './lab';
import { byExpression, byItem, ODD_NAMES } from './oddValues';
import { faultsOf } from './refusal';
import { choicesOf, fieldsOfNode, routesOfNode, type Field } from './walk';
import { worldFor } from './world';

const lab = new FieldLab({ timeZone: WORKFLOW_ZONE });

/** A value in a field, as an expression gives it. */
interface Given {
	name: string;
	expression: string;
	item: IDataObject;
	outcome: Outcome;
}

const given = (field: Field, row: Row): Given[] => {
	const { odd, own } = row.kind(field.property);
	const ofItem = (name: (typeof ODD_NAMES)[number]) =>
		field.isOfTool ? { item: {}, expression: byExpression(name) } : byItem(name);
	return [
		...ODD_NAMES.map((name) => {
			const { item, expression } = ofItem(name);
			return { name, item: item as IDataObject, expression, outcome: odd[name] };
		}),
		...own.map(([source, outcome]) => {
			const name = source.slice(0, 60);
			return { name, item: {}, expression: `={{ ${source} }}`, outcome };
		}),
	];
};

/** The parameters of a node with a value in a field, and with all that is needed to see what it does. */
function parametersWith(field: Field, row: Row, needed: IDataObject, value: unknown): IDataObject {
	const held = field.holding(value);
	const merged = { ...needed, ...row.given, ...held };
	for (const [name, inner] of Object.entries(row.given ?? {})) {
		const holds = held[name];
		if (isObject(inner) && isObject(holds)) merged[name] = { ...inner, ...holds };
	}
	return merged;
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

async function driven(field: Field, row: Row, value: unknown, items: IDataObject[]): Promise<Seen> {
	lab.renew();
	const [resource, operation] = field.name.split(' ') as [string, string];
	const needed = worldFor(resource, operation, lab.simulator, row.scenario);
	row.prepare?.(lab.simulator);
	const parameters = parametersWith(field, row, needed, value);
	return field.isOfTool
		? await lab.runTool({ parameters })
		: await lab.run({ parameters, items }, row.drive);
}

/** What does not fit the outcome that it must have. */
function faults(field: Field, row: Row, outcome: Outcome, seen: Seen): string[] {
	if (seen.status === 'canceled' && !row.drive) return ['n8n takes it for a cancellation'];
	const isUnset = outcome === 'not set';
	const value = isUnset ? row.unset : outcome === 'refused' ? REFUSED : outcome.value;
	if (value === REFUSED) {
		const sent = seen.requests.map(({ method, path }) => `${method} ${path} was sent`);
		return [...faultsOf(seen.error, field.property, { says: row.says }), ...sent];
	}
	const effect = row.seen(seen);
	const expected = row.shows ? row.shows(value, seen) : value;
	// n8n drops the hints of a node that fails.
	const isClamped = typeof outcome === 'object' && outcome.clamped === true && !seen.error;
	const hints = seen.hints.filter((hint) => hint.startsWith(`${field.property.displayName} `));
	return [
		!isDeepStrictEqual(effect, expected) &&
			`it does ${JSON.stringify(effect)} instead of ${JSON.stringify(expected)}` +
				(seen.error ? `: ${seen.error.message}` : ''),
		isClamped !== hints.length > 0 &&
			(isClamped ? 'no hint tells that it is clamped' : `a hint says ${hints.join()}`),
	].filter((fault) => fault !== false);
}

const shorten = (line: string) => line.slice(0, 240);

const FIELDS = fieldsOfNode().map((field) => [field.name, field] as const);

test.each(FIELDS)('%s does what a value says, or refuses it', async (_, field) => {
	const row = rowOf(field.name);
	const wrong: string[] = [];
	for (const { name, expression, item, outcome } of given(field, row)) {
		const seen = await driven(field, row, expression, [item]);
		for (const fault of faults(field, row, outcome, seen)) {
			wrong.push(shorten(`${name}: ${fault}`));
		}
	}
	lab.renew();
	expect(wrong).toEqual([]);
});

/** What an expression may make different for each item. */
const FIELDS_OF_ITEMS = FIELDS.filter(
	([name, { isOfTool, property }]) =>
		!isOfTool && rowOf(name).kind(property).name !== asSaved().name,
);

test.each(FIELDS_OF_ITEMS)('%s says which of several items is wrong', async (_, field) => {
	const row = rowOf(field.name);
	const [[good]] = row.kind(field.property).own as [[string, Outcome]];
	const expression = `={{ $json.isOdd ? { a: 1 } : ${good} }}`;
	const items = [{ isOdd: false }, { isOdd: true }];
	const seen = await driven(field, row, expression, items);
	// For the item before, there may be nothing of that ID.
	const isOfOdd = !seen.error?.message.includes('did not find');
	expect(isOfOdd ? faultsOf(seen.error, field.property, { item: 1 }) : []).toEqual([]);
	// The item before may be read for, but nothing is changed for it.
	expect(seen.requests.filter(isChange)).toEqual([]);
});

describe('what chooses the operation', () => {
	const ROUTES = routesOfNode().filter(({ name }) => name !== 'authentication');

	test.each(ROUTES.map((route) => [route.name, choicesOf(route).join(), route] as const))(
		'%s of %s knows its own choices only',
		async (name, _, route) => {
			const wrong: string[] = [];
			for (const odd of ODD_NAMES) {
				lab.renew();
				const { item, expression } = byItem(odd);
				const [resource] = route.displayOptions?.show?.resource ?? [undefined];
				const chosen = resource === undefined ? {} : { resource: resource as string };
				const parameters = { ...chosen, [name]: expression };
				const seen = await lab.run({ parameters, items: [item as IDataObject] });
				const faults = faultsOf(seen.error, route);
				wrong.push(...faults.map((fault) => shorten(`${odd}: ${fault}`)));
				if (seen.requests.length > 0) wrong.push(`${odd}: something was sent`);
			}
			lab.renew();
			expect(wrong).toEqual([]);
		},
	);
});
