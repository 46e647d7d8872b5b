/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/**
 * A watcher in the process group of the command waits for the end of standard input, which comes when
 * this process ends, however it ends, and then kills the group. `exit` handlers would not do: they do not
 * run on SIGKILL, nor inside jest's sandbox.
 */
const TIE = [
	'exec 3<&0',
	'{ cat <&3; kill -KILL 0; } >/dev/null 2>&1 &',
	'exec "$@" 3<&- </dev/null',
].join('\n');

/** Where and with what environment a process runs. */
export interface TiedOptions {
	cwd: string;
	env: NodeJS.ProcessEnv;
}

/** A child process, with all its descendants, that can not outlive this one. */
export class TiedProcess {
	/** Resolves with the exit code, or null when a signal ended the process. */
	readonly exited: Promise<number | null>;

	private readonly child: ChildProcess;

	private output = '';

	constructor(command: string, args: string[], options: TiedOptions) {
		this.child = spawn('sh', ['-c', TIE, command, command, ...args], {
			...options,
			detached: true,
			stdio: 'pipe',
		});
		this.child.stdout?.on('data', (chunk: Buffer) => this.append(chunk));
		this.child.stderr?.on('data', (chunk: Buffer) => this.append(chunk));
		this.exited = new Promise((resolve) => {
			this.child.once('close', (code) => resolve(code));
			this.child.once('error', (error) => {
				this.append(error.message);
				resolve(null);
			});
		});
	}

	/** Everything that the process has printed so far. */
	get log(): string {
		return this.output;
	}

	get isRunning(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Asks the process to end; kills it when it has not ended after the grace period. */
	async stop(graceMs: number): Promise<void> {
		if (this.isRunning) this.child.kill('SIGTERM');
		const timer = setTimeout(() => this.signalGroup('SIGKILL'), graceMs);
		await this.exited;
		clearTimeout(timer);
	}

	/** Ends the process and its descendants at once, as a crash would. */
	async kill(): Promise<void> {
		if (this.isRunning) this.signalGroup('SIGKILL');
		await this.exited;
	}

	private signalGroup(signal: NodeJS.Signals): void {
		if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
	}

	private append(chunk: Buffer | string): void {
		this.output += chunk.toString();
	}
}
