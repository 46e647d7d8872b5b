const { execFile } = require('node:child_process');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const { basename, dirname, relative } = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { dest, series, src } = require('gulp');
const { n8n } = require('./package.json');

const BUNDLE = 'dist/amperity.js';

/** The files that n8n loads. It takes the class from each that is named like the file. */
const loaded = [...n8n.credentials, ...n8n.nodes];

const sourceOf = (file) => file.replace(/^dist\/(.*)\.js$/, './$1.ts');

/** What the process remembers, which tests empty. */
const forTests = [
	"export { forgetTenants } from './nodes/Amperity/tenantMemory.ts';",
	"export { forgetTokens } from './credentials/tokenExchange.ts';",
];

const clean = () => rm('dist', { recursive: true, force: true });

const check = () =>
	promisify(execFile)(process.execPath, [require.resolve('typescript/bin/tsc')]).catch((error) => {
		throw new Error(error.stdout || error.message);
	});

// One file, since n8n would spend most of the loading time on finding sixty. A fifth of it would be
// white space. Names stay as they are, for stack traces.
const bundle = () =>
	esbuild.build({
		stdin: {
			contents: [...loaded.map((file) => `export * from '${sourceOf(file)}';`), ...forTests].join(
				'\n',
			),
			resolveDir: __dirname,
		},
		outfile: BUNDLE,
		bundle: true,
		packages: 'external',
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		minifyWhitespace: true,
		lineLimit: 100,
	});

// All lead to the one bundle: nodes and credentials share what they remember of runs, pace and tokens.
const link = () =>
	Promise.all(
		loaded.map(async (file) => {
			const className = basename(file).split('.', 1)[0];
			const path = relative(dirname(file), BUNDLE);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, `exports.${className} = require('${path}').${className};\n`);
		}),
	);

// gulp 5 decodes files as UTF-8 unless told otherwise, which would damage binary icons.
const copyAssets = () =>
	src(['nodes/**/*.{png,svg}', 'nodes/**/*.node.json'], { base: '.', encoding: false }).pipe(
		dest('dist'),
	);

exports.build = series(clean, check, bundle, link, copyAssets);
