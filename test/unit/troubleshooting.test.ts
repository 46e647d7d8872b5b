/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreOf, userTexts } from './troubleshooting/userTexts';

const PAGE = readFileSync(join(__dirname, '../../docs/troubleshooting.md'), 'utf8');

/** What stands as code in the first column of the page's tables. */
function documented(): string[] {
	const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'));
	const cells = rows.map((row) => row.split(' | ', 1)[0]!);
	return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!));
}

const TEXTS = userTexts();

describe('docs/troubleshooting.md', () => {
	it('has a row for every text of the code', () => {
		const rows = documented().map(coreOf);
		expect(TEXTS.filter(({ text }) => !rows.includes(text))).toEqual([]);
	});

	it('has no row for what the code does not say', () => {
		const texts = TEXTS.map(({ text }) => text);
		expect(documented().filter((row) => !texts.includes(coreOf(row)))).toEqual([]);
	});
});
