const { execFile } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { dest, series, src } = require('gulp');

const clean = () => rm('dist', { recursive: true, force: true });

const compile = () =>
	promisify(execFile)(process.execPath, [require.resolve('typescript/bin/tsc')]).catch((error) => {
		throw new Error(error.stdout || error.message);
	});

// A fifth of what the compiler writes is white space. Names stay as they are, for stack traces.
const squeeze = () =>
	esbuild.build({
		entryPoints: ['dist/**/*.js'],
		outdir: 'dist',
		allowOverwrite: true,
		minifyWhitespace: true,
		lineLimit: 100,
		charset: 'utf8',
	});

// gulp 5 decodes files as UTF-8 unless told otherwise, which would damage binary icons.
const copyAssets = () =>
	src(['nodes/**/*.{png,svg}', 'nodes/**/*.node.json'], { base: '.', encoding: false }).pipe(
		dest('dist'),
	);

exports.build = series(clean, compile, squeeze, copyAssets);
