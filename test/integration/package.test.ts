/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packPackage } from '../n8n-host/packPackage';
import manifest from '../../package.json';

const PROJECT = resolve(__dirname, '..', '..');
const LARGEST_BYTES = 120_000;
const run = promisify(execFile);

/** npm packs, and n8n's scan starts a linter: programs of their own, which a busy machine slows down. */
jest.setTimeout(120_000);

let folder: string;
let files: string[];

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'package-'));
	await run('tar', ['-xzf', await packPackage(folder), '-C', folder]);
	const entries = await readdir(join(folder, 'package'), { recursive: true, withFileTypes: true });
	files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'package/').length));
});

afterAll(async () => await rm(folder, { recursive: true, force: true }));

const scan = async (target: string, kind: string) => {
	// n8n's rules judge file names differently when they see that jest set NODE_ENV to test.
	const env = { ...process.env, NODE_ENV: 'production' };
	const script = join(PROJECT, 'test/package/scan.mjs');
	return (await run(process.execPath, [script, target, kind], { env })).stdout;
};

test('ships what n8n loads and nothing else', () => {
	const others = files.filter(
		(file) =>
			!/^dist\/(credentials|nodes)\/.*\.js$/.test(file) &&
			!/^dist\/nodes\/Amperity\/(Amperity|AmperityTrigger)\.node\.json$/.test(file) &&
			!/^dist\/nodes\/Amperity\/amperity(\.dark)?\.svg$/.test(file),
	);
	expect(others.sort()).toEqual(['LICENSE', 'README.md', 'index.js', 'package.json']);
	expect(files).toEqual(
		expect.arrayContaining([...manifest.n8n.nodes, ...manifest.n8n.credentials]),
	);
});

test('stays small', async () => {
	const sizes = await Promise.all(files.map((file) => stat(join(folder, 'package', file))));
	expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(LARGEST_BYTES);
});

test('names icons that are there, and no run-time dependencies', async () => {
	const packed = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'));
	expect(packed).not.toHaveProperty('dependencies');
	expect(packed.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(packed.scripts).not.toHaveProperty('postinstall');
	expect(files).toContain('dist/nodes/Amperity/amperity.svg');
	expect(files).toContain('dist/nodes/Amperity/amperity.dark.svg');
});

test('n8n’s verification scan passes the source', async () => {
	expect(await scan(PROJECT, 'source')).toBe('passed\n');
}, 60_000);

test('n8n’s verification scan passes the package', async () => {
	expect(await scan(join(folder, 'package'), 'packed')).toBe('passed\n');
}, 60_000);
