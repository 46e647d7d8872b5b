/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { parseArgs } from 'node:util';
import { AmperitySimulator } from './AmperitySimulator';
import { NAMED_SCENARIOS } from './scenarios';

const USAGE = `npm run simulator -- [--port 8787] [--speed 1]

  --port   port on 127.0.0.1; 0 for any that is free
  --speed  simulated time: 60 makes a minute of a run pass in a second`;

/** Undefined where only the usage is asked for. */
function readOptions(): { port: number; speed: number } | undefined {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8787' },
			speed: { type: 'string', default: '1' },
			help: { type: 'boolean', short: 'h' },
		},
	});
	if (values.help) return undefined;
	const port = Number(values.port);
	const speed = Number(values.speed);
	const valid = Number.isInteger(port) && port >= 0 && port <= 65_535 && speed > 0;
	if (!valid) throw new Error(USAGE);
	return { port, speed };
}

function describe(simulator: AmperitySimulator): string {
	const scenarios = Object.entries(NAMED_SCENARIOS).map(
		([name, { description }]) => `  ${`cg-${name}`.padEnd(20)} ${description}`,
	);
	return [
		'A simulated Amperity is running.',
		'',
		`  Base URL       ${simulator.baseUrl}`,
		`  Tenant ID      ${simulator.tenant}`,
		`  Access token   ${simulator.token}`,
		`  Client ID      ${simulator.clientId}`,
		`  Client secret  ${simulator.clientSecret}`,
		'',
		'Config IDs (cg- courier group, og- orchestration group, cc- campaign) and what their runs do.',
		'Any other ID succeeds within a minute.',
		'',
		...scenarios,
		'',
		'Ctrl-C ends it.',
	].join('\n');
}

async function main(): Promise<void> {
	const options = readOptions();
	if (!options) {
		process.stdout.write(`${USAGE}\n`);
		return;
	}
	const simulator = await AmperitySimulator.start(options);
	process.stdout.write(`${describe(simulator)}\n`);
	const end = () => void simulator.stop();
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
}

main().catch((error: NodeJS.ErrnoException) => {
	const taken = error.code === 'EADDRINUSE';
	const message = taken ? 'The port is taken. Choose another with --port.' : error.message;
	process.stderr.write(`${message}\n`);
	process.exitCode = 1;
});
