/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startLab, type Lab, type LabOptions } from '../n8n-host/lab';
import { withProgress } from '../n8n-host/progress';
import { openBrowser } from './browser';
import { Editor, WINDOW } from './editor';
import { takeFormPictures } from './formPictures';
import { stage, takeScenes } from './scenes';

const DOCS_IMAGES = resolve(__dirname, '..', '..', 'docs', 'images');

/**
 * `npm run screenshots` takes the pictures of README and docs. With `-- --forms <folder>` it puts pictures
 * of all forms there instead, or with `--only <text>` of those whose name contains the text.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { forms: { type: 'string' }, only: { type: 'string', default: '' } },
	});
	const { forms, only } = values;
	const folder = forms ?? DOCS_IMAGES;
	await mkdir(folder, { recursive: true });
	const pathOf = (picture: string) => join(folder, `${picture}.png`);
	if (forms === undefined) {
		await inEditor(await stage(), async (lab, editor) => await takeScenes(lab, editor, pathOf));
	} else {
		await inEditor({}, async (lab, editor) => await takeFormPictures(lab, editor, pathOf, only));
	}
}

/** Starts a browser and n8n, does the work in n8n's editor, and ends both. */
async function inEditor(
	options: LabOptions,
	work: (lab: Lab, editor: Editor) => Promise<void>,
): Promise<void> {
	const browser = await openBrowser();
	try {
		const lab = await withProgress('Starting n8n and a simulated Amperity', async () => {
			return await startLab(options);
		});
		try {
			const page = await browser.newPage({ viewport: WINDOW });
			const editor = new Editor(page, lab.n8n.url);
			await editor.logIn(lab.owner);
			await work(lab, editor);
		} finally {
			await lab.stop();
		}
	} finally {
		await browser.close();
	}
}

main().catch((error: Error) => {
	process.stderr.write(`\n${error.message}\n`);
	process.exitCode = 1;
});
