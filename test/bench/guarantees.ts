/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pretty, tableText, type Table } from './report';

const FILE = resolve(__dirname, '..', '..', 'docs', 'guarantees.md');
const BEGIN = '<!-- npm run bench writes this table -->';
const END = '<!-- end of the table -->';

/** Puts tables where docs/guarantees.md has the place for them. */
export async function writeGuaranteeTables(tables: Table[]): Promise<void> {
	const page = await readFile(FILE, 'utf8');
	const [before, rest] = split(page, BEGIN);
	const [, after] = split(rest, END);
	const texts = tables.map(tableText);
	const text = [before.trimEnd(), BEGIN, ...texts, END, after.trimStart()].join('\n\n');
	await writeFile(FILE, await pretty(text));
}

function split(text: string, mark: string): [before: string, after: string] {
	const index = text.indexOf(mark);
	if (index < 0) throw new Error(`docs/guarantees.md has no line "${mark}"`);
	return [text.slice(0, index), text.slice(index + mark.length)];
}
