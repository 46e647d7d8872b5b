import type { GenericValue, IDataObject } from 'n8n-workflow';

/** Lines of a label and a value, the values below each other. */
export function fields(entries: Array<[label: string, value: string]>): string {
	const width = Math.max(...entries.map(([label]) => label.length));
	return entries.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}

/** Items as a person would want to read them. */
export function itemsText(items: IDataObject[]): string {
	return items
		.map((item, index) => {
			const entries = Object.entries(item).map(([key, value]): [string, string] => [
				key,
				valueText(value),
			]);
			return `  Item ${index + 1} of ${items.length}\n${fields(entries)}`;
		})
		.join('\n\n');
}

function valueText(value: IDataObject[string] | GenericValue): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}
