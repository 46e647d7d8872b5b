/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { dialectOf } from './dialect';

/** Seconds that n8n gives running executions when it is asked to stop. */
const SHUTDOWN_SECONDS = 2;

/** What every process of a test n8n is started with: nothing leaves the machine, nothing asks for attention. */
const QUIET = {
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_ENCRYPTION_KEY: 'only-for-tests-and-the-demo',
	N8N_SECURE_COOKIE: 'false',
	N8N_LOG_LEVEL: 'info',
	N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(SHUTDOWN_SECONDS),
	GENERIC_TIMEZONE: 'UTC',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	N8N_RUNNERS_MODE: 'external',
	N8N_RUNNERS_AUTH_TOKEN: 'only-for-tests-and-the-demo',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
};

/** The part that one n8n process plays. */
export type N8nMode = 'regular' | 'queue-main' | 'worker';

/** What differs from one n8n process to another. */
export interface ProcessSettings {
	/** The version of n8n. */
	version: string;
	home: string;
	mode: N8nMode;
	port: number;
	brokerPort: number;
	redisPort?: number;
	/** Further variables, for what a single test needs. */
	env?: Record<string, string>;
}

/** The environment of an n8n process. Of this process's own, only what programs need to run is handed on. */
export function n8nEnvironment(settings: ProcessSettings): NodeJS.ProcessEnv {
	return {
		PATH: process.env.PATH,
		TMPDIR: process.env.TMPDIR,
		HOME: settings.home,
		...QUIET,
		...dialectOf(settings.version).environment,
		N8N_USER_FOLDER: settings.home,
		N8N_PORT: String(settings.port),
		N8N_RUNNERS_BROKER_PORT: String(settings.brokerPort),
		...queueEnvironment(settings),
		...settings.env,
	};
}

function queueEnvironment({ mode, port, redisPort }: ProcessSettings): NodeJS.ProcessEnv {
	if (mode === 'regular') return {};
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
	};
}
