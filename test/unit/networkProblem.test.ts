import { networkProblem } from '../../credentials/networkProblem';
import { TEXTS } from './failures';

/** Beginning of what is said, whether it was sent, whether it may pass, and a word of the advice. */
type Row = [code: string, text: string, message: string, remedy: RegExp];

const TRUST = /NODE_EXTRA_CA_CERTS/;
const ADDRESS = /Check Hosting, and Base URL/;

describe('nothing was sent, and trying again is vain', () => {
	test.each<Row>([
		[
			'DEPTH_ZERO_SELF_SIGNED_CERT',
			'self-signed certificate',
			'The certificate is not trusted',
			TRUST,
		],
		['SELF_SIGNED_CERT_IN_CHAIN', '', 'The certificate is not trusted', TRUST],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', 'The certificate is not trusted', TRUST],
		['UNABLE_TO_GET_ISSUER_CERT', '', 'The certificate is not trusted', TRUST],
		['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '', 'The certificate is not trusted', TRUST],
		[
			'CERT_HAS_EXPIRED',
			'certificate has expired',
			'The certificate is not trusted: it has expired',
			/clock/,
		],
		['CERT_NOT_YET_VALID', '', 'The certificate is not trusted', /./],
		['CERT_UNTRUSTED', '', 'The certificate is not trusted', TRUST],
		[
			'ERR_TLS_CERT_ALTNAME_INVALID',
			'Hostname/IP does not match certificate’s altnames',
			'The certificate is not trusted: it belongs to another address',
			ADDRESS,
		],
		[
			'ENOTFOUND',
			'getaddrinfo ENOTFOUND acme.amperity.com',
			'There is no host of this name',
			/Check Hosting and the tenant/,
		],
		[
			'UNKNOWN',
			'The request was blocked because it resolves to a restricted IP address',
			'n8n does not allow requests to this address',
			/Ask those who run n8n/,
		],
		[
			'EPROTO',
			'write EPROTO 80:error:0A00010B:SSL routines::wrong version number:',
			'No secure connection could be made',
			/does not speak HTTPS/,
		],
		[
			'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
			'80:error:0A000410:SSL routines::sslv3 alert handshake failure:',
			'No secure connection could be made',
			/does not speak HTTPS/,
		],
		[
			'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
			'80:error:0A00042E:SSL routines::tlsv1 alert protocol version:',
			'No secure connection could be made',
			/does not speak HTTPS/,
		],
	])('%s “%s”: %s', (code, text, message, remedy) => {
		expect(networkProblem(code, text)).toEqual({
			message,
			remedy: expect.stringMatching(remedy),
			wasSent: false,
			mayPass: false,
		});
	});
});

describe('nothing was sent, and trying again may help', () => {
	test.each<Row>([
		[
			'ECONNREFUSED',
			'connect ECONNREFUSED 203.0.113.1:443',
			'Nothing accepts connections at this address',
			ADDRESS,
		],
		// Several addresses were tried, and n8n has lost what became of each.
		['ECONNREFUSED', 'Error', 'Nothing accepts connections at this address', ADDRESS],
		[
			'EAI_AGAIN',
			'getaddrinfo EAI_AGAIN app.amperity.com',
			'The name of the host could not be looked up',
			/name server/,
		],
		['ENETUNREACH', TEXTS.notReached, 'No connection could be made', ADDRESS],
		['EHOSTUNREACH', TEXTS.noRoute, 'No connection could be made', ADDRESS],
		['ETIMEDOUT', TEXTS.neverConnected, 'No connection could be made', ADDRESS],
		['ETIMEDOUT', TEXTS.noAddressConnected, 'No connection could be made', ADDRESS],
		['ECONNRESET', 'connect ECONNRESET 203.0.113.1:443', 'No connection could be made', ADDRESS],
		[
			'EADDRNOTAVAIL',
			'connect EADDRNOTAVAIL 203.0.113.1:443',
			'No connection could be made',
			ADDRESS,
		],
		[
			'ECONNRESET',
			TEXTS.cutBeforeTls,
			'The connection was cut off before it was secure',
			/a proxy or a firewall/,
		],
	])('%s “%s”: %s', (code, text, message, remedy) => {
		expect(networkProblem(code, text)).toEqual({
			message,
			remedy: expect.stringMatching(remedy),
			wasSent: false,
			mayPass: true,
		});
	});
});

test.each([
	// TLS says these in the middle of an answer as well.
	['EPROTO', 'write EPROTO 80:error:0A000119:SSL routines::decryption failed or bad record mac:'],
	['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', 'SSL routines::sslv3 alert bad record mac:'],
	['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'SSL routines::unexpected eof while reading:'],
	['ETIMEDOUT', TEXTS.readTimedOut],
	['ETIMEDOUT', 'canceled'],
	['ECONNABORTED', 'timeout of 60000ms exceeded'],
	['ECONNRESET', 'socket hang up'],
	['ECONNRESET', 'read ECONNRESET'],
	['EHOSTUNREACH', 'read EHOSTUNREACH'],
	['EPIPE', 'write EPIPE'],
	['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'],
	['ERR_STREAM_PREMATURE_CLOSE', 'Premature close'],
	['SOMETHING_NEW', 'nobody knows'],
	// Only what Node.js itself says at the beginning counts.
	['UNKNOWN', 'The proxy said: connect ECONNREFUSED'],
	['', ''],
])('%s “%s”: it may have arrived', (code, text) => {
	expect(networkProblem(code, text)).toEqual({
		message: 'No answer came from Amperity',
		remedy: expect.stringContaining('Check the network'),
		wasSent: true,
		mayPass: true,
	});
});

test.each([
	['ERR_CANCELED', /^n8n stopped the execution/, /Look in Amperity/],
	['ERR_ANSWER_TOO_LARGE', /larger than 64 MiB/, /lower limit/],
])('%s: it has arrived, and the same again would end the same', (code, message, remedy) => {
	expect(networkProblem(code, '')).toEqual({
		message: expect.stringMatching(message),
		remedy: expect.stringMatching(remedy),
		wasSent: true,
		mayPass: false,
	});
});

describe('what is easily mistaken', () => {
	// Node.js gives these codes also to a connection that breaks after the request has arrived.
	test.each([
		[
			'ERR_SSL_WRONG_VERSION_NUMBER',
			'80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:',
		],
		['ERR_SSL_BAD_RECORD_TYPE', '80:error:0A0001BB:SSL routines:ssl3_get_record:bad record type:'],
		[
			'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
			'80:error:0A000119:SSL routines:ssl3_get_record:decryption failed or bad record mac:',
		],
	])('%s: it may have arrived', (code, text) => {
		expect(networkProblem(code, text)).toMatchObject({ wasSent: true });
	});

	// The axios of n8n 2.0 has no other text for a host with several addresses.
	test.each(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])(
		'%s of all addresses of a host: nothing was sent',
		(code) => {
			expect(networkProblem(code, 'Error')).toMatchObject({ wasSent: false, mayPass: true });
		},
	);

	// https://nodejs.org/api/tls.html#x509-certificate-error-codes
	test.each([
		'CRL_HAS_EXPIRED',
		'HOSTNAME_MISMATCH',
		'INVALID_CA',
		'INVALID_PURPOSE',
		'PATH_LENGTH_EXCEEDED',
	])('%s: the certificate is not trusted', (code) => {
		expect(networkProblem(code, '')).toMatchObject({ wasSent: false, mayPass: false });
	});
});
