/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packPackage } from '../n8n-host/packPackage';
import manifest from '../../package.json';

const PROJECT = resolve(__dirname, '..', '..');
const run = promisify(execFile);

type Classes = Record<string, unknown>;

let folder: string;
let files: string[];

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'package-'));
	await run('tar', ['-xzf', await packPackage(folder), '-C', folder]);
	const entries = await readdir(join(folder, 'package'), { recursive: true, withFileTypes: true });
	files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'package/').length));
}, 60_000);

afterAll(async () => await rm(folder, { recursive: true, force: true }));

const scan = async (target: string, kind: string) => {
	// n8n's rules judge file names differently when they see that jest set NODE_ENV to test.
	const env = { ...process.env, NODE_ENV: 'production' };
	const script = join(PROJECT, 'test/package/scan.mjs');
	return (await run(process.execPath, [script, target, kind], { env })).stdout;
};

test('ships what n8n loads and nothing else', () => {
	expect(files.sort()).toEqual(
		[
			'LICENSE',
			'README.md',
			'index.js',
			'package.json',
			'dist/amperity.js',
			'dist/nodes/Amperity/amperity.svg',
			'dist/nodes/Amperity/amperity.dark.svg',
			...manifest.n8n.nodes,
			...manifest.n8n.nodes.map((file) => `${file}on`),
			...manifest.n8n.credentials,
		].sort(),
	);
});

test('gives each class by the name of its file, and all of them from one module', async () => {
	const loaded = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
	const all: unknown = await import(join(PROJECT, 'dist/amperity.js'));
	for (const file of loaded) {
		const className = basename(file).split('.', 1)[0]!;
		const { [className]: loadedClass } = (await import(join(PROJECT, file))) as Classes;
		expect(loadedClass).toBeInstanceOf(Function);
		expect(loadedClass).toBe((all as Classes)[className]);
	}
});

const sizeOf = async (paths: string[]) =>
	(await Promise.all(paths.map((path) => stat(path)))).reduce((sum, { size }) => sum + size, 0);

test('is smaller than its sources, as it is not with anything else in the bundle', async () => {
	const folders = ['nodes', 'credentials'].map(async (name) =>
		(await readdir(join(PROJECT, name), { recursive: true }))
			.filter((path) => path.endsWith('.ts'))
			.map((path) => join(PROJECT, name, path)),
	);
	const sources = (await Promise.all(folders)).flat();
	const packed = files.map((file) => join(folder, 'package', file));
	expect(await sizeOf(packed)).toBeLessThan(await sizeOf(sources));
});

test('has no run-time dependencies', async () => {
	const packed = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'));
	expect(packed).not.toHaveProperty('dependencies');
	expect(packed.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(packed.scripts).not.toHaveProperty('postinstall');
});

test('n8n’s verification scan passes the source', async () => {
	expect(await scan(PROJECT, 'source')).toBe('passed\n');
}, 60_000);

test('n8n’s verification scan passes the package', async () => {
	expect(await scan(join(folder, 'package'), 'packed')).toBe('passed\n');
}, 60_000);
