/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { withProgress } from '../n8n-host/progress';
import { installHost } from '../n8n-host/installHost';
import { backlog } from './parts/backlog';
import { beside } from './parts/beside';
import { faults } from './parts/faults';
import { gets } from './parts/gets';
import { list } from './parts/list';
import { load } from './parts/load';
import { overlap } from './parts/overlap';
import { slowGets } from './parts/slowGets';
import { slowStarts } from './parts/slowStarts';
import { starts } from './parts/starts';
import { wait, waitMore } from './parts/wait';
import { workers } from './parts/workers';
import { writeGuaranteeTables } from './guarantees';
import { sectionText, writeSections, type Part } from './report';

const PARTS: Part[] = [
	starts,
	slowStarts,
	overlap,
	workers,
	gets,
	slowGets,
	list,
	wait,
	waitMore,
	beside,
	load,
	backlog,
	faults,
];

/** As wide as the longest name, so that the titles stand in a column. */
const NAME_WIDTH = Math.max(...PARTS.map(({ name }) => name.length));

const USAGE = `npm run bench -- [part ...]

Runs the chosen parts, or all that are not slow, and puts what they measure into docs/benchmarks.md.

${PARTS.map(({ name, title, isSlow }) => `  ${name.padEnd(NAME_WIDTH)} ${title}${isSlow ? ' (slow)' : ''}`).join('\n')}`;

/** The parts that the command line asks for; no names mean all that are not slow. */
function chosenParts(names: string[]): Part[] {
	const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
	if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}\n\n${USAGE}`);
	return PARTS.filter(({ name, isSlow }) => (names.length > 0 ? names.includes(name) : !isSlow));
}

async function main(): Promise<void> {
	const parts = chosenParts(process.argv.slice(2));
	await installHost();
	const texts: string[] = [];
	for (const part of parts) {
		const section = await withProgress(part.name, async () => await part.run());
		const text = await sectionText(part.title, section);
		process.stdout.write(`\n${text}\n`);
		texts.push(text);
		if (section.guaranteeTables) await writeGuaranteeTables(section.guaranteeTables);
	}
	await writeSections(
		texts,
		PARTS.map(({ title }) => title),
	);
}

main().catch((error: unknown) => {
	process.stderr.write(
		`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
	);
	process.exitCode = 1;
});
