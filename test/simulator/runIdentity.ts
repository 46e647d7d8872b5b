import { timestamp } from './timestamps';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Types and human words by the prefix of the config ID. */
const KINDS: Record<string, { type: string; label: string }> = {
	cg: { type: 'courier.group/run', label: 'Courier group' },
	og: { type: 'amperity.orchestration.orchestration/run', label: 'Orchestration group' },
	cc: { type: 'campaign.send', label: 'Campaign' },
};

const OTHER_KIND = { type: 'workflow.other/run', label: 'Workflow' };

/** The type of the runs of a configuration. */
export function typeOf(configId: string): string {
	return kindOf(configId).type;
}

/** The default name of a configuration's runs: the same each time, and it does not tell the config ID. */
export function nameOf(configId: string): string {
	const hash = [...configId].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
	return `${kindOf(configId).label} ${scramble(hash) % 1_000}`;
}

function kindOf(configId: string): { type: string; label: string } {
	return KINDS[configId.split('-')[0] ?? ''] ?? OTHER_KIND;
}

/** An ID of the documented form, `wf-20240619-14418-6UhqSe`; different for each sequence number. */
export function runId(sequence: number, createdAt: number): string {
	const day = timestamp(createdAt).slice(0, 10).replaceAll('-', '');
	const number = String(sequence % 100_000).padStart(5, '0');
	return `wf-${day}-${number}-${code(scramble(sequence))}`;
}

/** Maps 32-bit numbers one to one onto others in no visible order. */
export function scramble(value: number): number {
	let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}

function code(value: number): string {
	let text = '';
	for (let rest = value; text.length < 6; rest = Math.floor(rest / ALPHABET.length)) {
		text += ALPHABET[rest % ALPHABET.length];
	}
	return text;
}
