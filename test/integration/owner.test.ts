/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import manifest from '../../package.json';

const PROJECT = resolve(__dirname, '..', '..');
const ADDRESS = /github(?:usercontent)?\.com\/([\w-]+\/n8n-nodes-amperity)\b/g;

/** Every address of the repository in a file that n8n, npm or a reader of the repository shows. */
function addresses(): Array<{ file: string; repository: string }> {
	const kinds = ['*.json', '*.md', '*.yml', 'credentials/*.ts', 'nodes/*.ts'];
	const files = execFileSync('git', ['ls-files', '--', ...kinds], {
		cwd: PROJECT,
		encoding: 'utf8',
	});
	return files
		.split('\n')
		.filter((file) => file !== '')
		.flatMap((file) =>
			[...readFileSync(join(PROJECT, file), 'utf8').matchAll(ADDRESS)].map(([, repository]) => ({
				file,
				repository: repository!,
			})),
		);
}

// n8n's scan wants the address of a credential's page as a literal, so it cannot be made from package.json.
test('every address of the repository is the one in package.json', () => {
	const [, owned] = new RegExp(ADDRESS.source).exec(manifest.repository.url)!;
	const found = addresses();
	expect(found.map(({ file }) => file)).toEqual(
		expect.arrayContaining(['credentials/AmperityApi.credentials.ts', 'package.json']),
	);
	expect(found.filter(({ repository }) => repository !== owned)).toEqual([]);
});
