/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { installHost } from '../n8n-host/installHost';

const SAMPLE_INTERVAL_MS = 50;

/** Resident memory of a process, in bytes. */
export interface Memory {
	before: number;
	peak: number;
}

/** Watches the memory of the n8n process with this home while something is done. Linux only. */
export async function watchMemory<T>(
	home: string,
	work: () => Promise<T>,
): Promise<{ result: T; memory: Memory }> {
	const processId = await n8nProcess(home);
	const before = await residentBytes(processId);
	let peak = before;
	let failure: unknown;
	const timer = setInterval(() => {
		residentBytes(processId).then(
			(bytes) => (peak = Math.max(peak, bytes)),
			(error: unknown) => (failure = error),
		);
	}, SAMPLE_INTERVAL_MS);
	try {
		const result = await work();
		if (failure) throw failure;
		return { result, memory: { before, peak } };
	} finally {
		clearInterval(timer);
	}
}

/** The process of n8n's own Node.js that was started with this home. */
async function n8nProcess(home: string): Promise<string> {
	const { node } = await installHost();
	const processIds = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const matches = await Promise.all(
		processIds.map(async (id) => {
			const program = await readlink(`/proc/${id}/exe`).catch(() => '');
			if (program !== node) return false;
			const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
			return environment.split('\0').includes(`N8N_USER_FOLDER=${home}`);
		}),
	);
	const found = processIds.filter((_, index) => matches[index]);
	if (found.length !== 1) throw new Error(`Expected one n8n process, found ${found.length}`);
	return found[0]!;
}

async function residentBytes(processId: string): Promise<number> {
	const status = await readFile(`/proc/${processId}/status`, 'utf8');
	const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
	if (kibibytes === undefined) throw new Error('The memory of n8n can not be read');
	return Number(kibibytes) * 1_024;
}
