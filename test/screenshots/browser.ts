/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** What Linux distributions and Google call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** It draws without a graphics card and as root, and asks nobody outside for anything. */
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--font-render-hinting=none',
];

/**
 * Starts a Chromium without a window.
 *
 * @throws Error if this machine has none
 */
export async function openBrowser(): Promise<Browser> {
	return await chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

function findChromium(): string {
	// An empty variable counts as unset.
	const named = process.env.CHROMIUM || undefined;
	const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
	const usual = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
	const path = (named === undefined ? usual : [named]).find(isExecutable);
	if (path !== undefined) return path;
	const where = named === undefined ? `${NAMES.join(', ')} on the PATH` : `CHROMIUM=${named}`;
	throw new Error(
		`No Chromium found (${where}). Install it, on Debian with "apt-get install chromium", or set CHROMIUM to its path.`,
	);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
