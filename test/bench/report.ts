/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { dependencies } from '../n8n-host/package.json';
import { version } from '../../package.json';

const FILE = resolve(__dirname, '..', '..', 'docs', 'benchmarks.md');

/** What was wanted, what came out, and whether that is enough. */
export interface Target {
	wanted: string;
	measured: string;
	met: boolean;
}

/** Rows of cells below their headings. */
export interface Table {
	head: string[];
	rows: string[][];
}

/** A table with what it shows. */
export interface Detail {
	text: string;
	table: Table;
}

/** What one part of the benchmark found. */
export interface Section {
	/** What was done, and how. */
	method: string;
	table: Table;
	/** Tables of what the first one sums up. */
	details?: Detail[];
	targets: Target[];
	/** What the numbers do not say by themselves. */
	remarks?: string[];
	/** The most important of it, for docs/guarantees.md. */
	guaranteeTables?: Table[];
}

/** A part of the benchmark. */
export interface Part {
	/** What it is chosen by. */
	name: string;
	/** The heading of its section. */
	title: string;
	/** It takes so long that it runs only when it is chosen. */
	isSlow?: boolean;
	run(): Promise<Section>;
}

const INTRODUCTION =
	'Written by `npm run bench`, and by `npm run bench -- PART` for a single part; not edited by hand. A real n8n runs the packed node and its own HTTP Request node against a simulated Amperity, all on the loopback interface of one machine. Compare the two nodes with each other: the times in themselves say little about other machines.';

/** What one part found, as Markdown. */
export async function sectionText(title: string, section: Section): Promise<string> {
	const { method, table, details = [], targets, remarks = [] } = section;
	const verdicts = targets.map(
		({ wanted, measured, met }) =>
			`- **${met ? 'Met' : 'Missed'}:** ${wanted}. Measured: ${measured}.`,
	);
	const blocks = [
		`## ${title}`,
		method,
		tableText(table),
		...details.flatMap((detail) => [detail.text, tableText(detail.table)]),
		verdicts.join('\n'),
		...remarks,
		circumstances(),
	];
	return await pretty(blocks.join('\n\n'));
}

/** Puts sections into the page of the documentation; those of parts that have not run now stay as they are. */
export async function writeSections(texts: string[], titlesInOrder: string[]): Promise<void> {
	const page = await readFile(FILE, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return '';
		throw error;
	});
	const sections = new Map([...sectionsOf(page), ...texts.flatMap(sectionsOf)]);
	const body = titlesInOrder.flatMap((title) => sections.get(title) ?? []).join('\n');
	const met = body.match(/^- \*\*Met:/gm)?.length ?? 0;
	const missed = body.match(/^- \*\*Missed:/gm)?.length ?? 0;
	const verdict = `${met} of ${met + missed} targets are met.`;
	const head = ['# Benchmarks', INTRODUCTION, verdict].join('\n\n');
	await writeFile(FILE, await pretty(`${head}\n\n${body}`));
}

/** The sections of a page by their headings. */
function sectionsOf(page: string): Array<[title: string, text: string]> {
	const texts = page.split(/^(?=## )/m).filter((text) => text.startsWith('## '));
	return texts.map((text) => [text.slice(3, text.indexOf('\n')), text]);
}

/** Formats as the project's files are. */
export async function pretty(markdown: string): Promise<string> {
	return await format(markdown, { ...(await resolveConfig(FILE)), parser: 'markdown' });
}

/** When, on what and with which versions a section was measured. */
function circumstances(): string {
	const cores = cpus();
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${cores[0]?.model.trim() ?? 'an unknown processor'}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
	const host = `n8n ${dependencies.n8n} on Node.js ${dependencies.node}`;
	return `Measured on ${date}: ${machine}; ${host}; the simulator on Node.js ${process.versions.node}; n8n-nodes-amperity ${version}.`;
}

/** A table as Markdown. */
export function tableText({ head, rows }: Table): string {
	const line = (cells: string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
