import { ANSWER_TOO_LARGE } from './answerText';

/** Why there is no answer, in words, and what that says about the request. */
export interface NetworkProblem {
	message: string;
	/** What to do about it. */
	remedy: string;
	/** Whether the request may have reached the other side all the same. */
	wasSent: boolean;
	/** Whether trying again may help. */
	mayPass: boolean;
}

const CHECK_ADDRESS =
	'Check Hosting, and Base URL or Token Endpoint if you use one, in the credential.';

const NOT_TRUSTED: NetworkProblem = {
	message: 'The certificate is not trusted',
	remedy:
		'Something that inspects the traffic, or a server of your own, has a certificate that n8n does not know. Save the certificate of its authority in a file, set the environment variable NODE_EXTRA_CA_CERTS of n8n to the path of that file, and restart n8n.',
	wasSent: false,
	mayPass: false,
};

const NO_HANDSHAKE: NetworkProblem = {
	message: 'No secure connection could be made',
	remedy: `The other side does not speak HTTPS as n8n does. ${CHECK_ADDRESS} A proxy in between may also be the cause.`,
	wasSent: false,
	mayPass: false,
};

const CUT_OFF_IN_HANDSHAKE: NetworkProblem = {
	message: 'The connection was cut off before it was secure',
	remedy: 'Try again. If it happens again, a proxy or a firewall in between may be the cause.',
	wasSent: false,
	mayPass: true,
};

const NOT_CONNECTED: NetworkProblem = {
	message: 'No connection could be made',
	remedy: `Check that n8n reaches the internet. ${CHECK_ADDRESS}`,
	wasSent: false,
	mayPass: true,
};

const NO_ANSWER: NetworkProblem = {
	message: 'No answer came from Amperity',
	remedy: 'The connection failed or timed out. Check the network, then try again.',
	wasSent: true,
	mayPass: true,
};

/** n8n's protection against requests to addresses inside its network (n8n-core 2.41, `SsrfBlocked…Error`). */
const BLOCKED_BY_N8N = /^The request was blocked because /;
const NOT_ALLOWED: NetworkProblem = {
	message: 'n8n does not allow requests to this address',
	remedy: `Ask those who run n8n to allow it. ${CHECK_ADDRESS}`,
	wasSent: false,
	mayPass: false,
};

/** By Node.js's codes, and those of its TLS library. */
const BY_CODE: Record<string, NetworkProblem> = {
	ECONNREFUSED: {
		...NOT_CONNECTED,
		message: 'Nothing accepts connections at this address',
		remedy: CHECK_ADDRESS,
	},
	// The name server says so for certain. Where it cannot be asked, that is EAI_AGAIN.
	ENOTFOUND: {
		...NOT_CONNECTED,
		message: 'There is no host of this name',
		remedy:
			'Check Hosting and the tenant in the credential, and Base URL or Token Endpoint if you use one. Check also that n8n reaches the internet.',
		mayPass: false,
	},
	EAI_AGAIN: {
		...NOT_CONNECTED,
		message: 'The name of the host could not be looked up',
		remedy: 'Check that n8n reaches the internet and its name server, then try again.',
	},
	CERT_HAS_EXPIRED: {
		...NOT_TRUSTED,
		message: 'The certificate is not trusted: it has expired',
		remedy:
			'Check the clock of the machine that n8n runs on. If it is right, the certificate of Amperity, or of a proxy in between, has to be renewed.',
	},
	ERR_TLS_CERT_ALTNAME_INVALID: {
		...NOT_TRUSTED,
		message: 'The certificate is not trusted: it belongs to another address',
		remedy: CHECK_ADDRESS,
	},
	ERR_CANCELED: {
		message: 'n8n stopped the execution while a request to Amperity was under way',
		remedy: 'Look in Amperity whether the request took effect.',
		wasSent: true,
		mayPass: false,
	},
	[ANSWER_TOO_LARGE]: {
		message: 'The answer was larger than 64 MiB, and was given up',
		remedy: 'Ask for less at once: set a lower limit, or filters that fit fewer.',
		wasSent: true,
		mayPass: false,
	},
};

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
	/^(CERT_\w+|CRL_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERR_TLS_CERT_\w+)$/;

/** What TLS says in its handshake only. Broken records, say, may come in the middle of an answer. */
const HANDSHAKE =
	/handshake|protocol version|unsupported protocol|version too low|unrecognized name|no shared cipher|no application protocol|insufficient security/;

/** The request could not be written: nobody speaks TLS there. Read later, the same words prove nothing. */
const NOT_WRITTEN = /^write EPROTO .*(wrong version number|http request)/;

const isHandshake = (code: string, text: string) =>
	/^(EPROTO$|ERR_SSL_)/.test(code) &&
	(NOT_WRITTEN.test(text) || HANDSHAKE.test(`${code} ${text}`.replaceAll('_', ' ').toLowerCase()));

/** Node.js's text of a connection that ended between TCP and TLS, which has the code of any reset. */
const BEFORE_TLS = /before secure TLS connection was established/;
/** Node.js begins the text of an error with the system call that failed. */
const CONNECTING = /^connect E/;

/** All addresses of a host were tried in vain. The axios of n8n 2.0 keeps no other text of that. */
const isConnecting = (code: string, text: string) =>
	CONNECTING.test(text) ||
	(text === 'Error' && /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code));

/**
 * Explains an error of Node.js's network, which says by its code and its text how far the request got.
 *
 * @param code like `ECONNRESET`
 * @param text the error's own message
 * @see https://nodejs.org/api/errors.html#common-system-errors
 */
export function networkProblem(code: string, text: string): NetworkProblem {
	const known = BY_CODE[code];
	if (known) return known;
	if (BLOCKED_BY_N8N.test(text)) return NOT_ALLOWED;
	if (CERTIFICATE.test(code)) return NOT_TRUSTED;
	if (isHandshake(code, text)) return NO_HANDSHAKE;
	if (BEFORE_TLS.test(text)) return CUT_OFF_IN_HANDSHAKE;
	return isConnecting(code, text) ? NOT_CONNECTED : NO_ANSWER;
}
