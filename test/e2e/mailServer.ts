/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A part of a mail, decoded. */
export interface MailPart {
	headers: string;
	text: string;
}

/** A mail as it was sent. */
export interface Mail {
	headers: string;
	parts: MailPart[];
}

const EMPTY_LINE = '\r\n\r\n';

const unfolded = (headers: string) => headers.replace(/\r\n[ \t]+/g, ' ');

function decoded(headers: string, body: string): string {
	if (/base64/i.test(headers)) return Buffer.from(body, 'base64').toString('utf8');
	if (!/quoted-printable/i.test(headers)) return body;
	const bytes = body
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

function split(text: string): [headers: string, body: string] {
	const end = text.indexOf(EMPTY_LINE);
	return [unfolded(text.slice(0, end)), text.slice(end + EMPTY_LINE.length)];
}

function partsOf(text: string): MailPart[] {
	const [headers, body] = split(text);
	const boundary = /boundary="([^"]+)"/.exec(headers)?.[1];
	if (boundary === undefined) return [{ headers, text: decoded(headers, body) }];
	return body
		.split(`--${boundary}`)
		.slice(1, -1)
		.flatMap((part) => partsOf(part.replace(/^\r\n/, '')));
}

/** Takes every mail that is sent to it, in place of a real server (RFC 5321). */
export class MailServer {
	readonly mails: Mail[] = [];

	private constructor(private readonly server: Server) {}

	static async start(): Promise<MailServer> {
		const server = createServer();
		const mailServer = new MailServer(server);
		server.on('connection', (socket) => mailServer.talkTo(socket));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return mailServer;
	}

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	async stop(): Promise<void> {
		const closed = once(this.server, 'close');
		this.server.close();
		await closed;
	}

	private talkTo(socket: Socket): void {
		let mail: string[] | undefined;
		const say = (line: string) => socket.write(`${line}\r\n`);
		say('220 mail.example.com');
		createInterface({ input: socket }).on('line', (line) => {
			if (mail && line !== '.') {
				mail.push(line.replace(/^\./, ''));
			} else if (mail) {
				const text = mail.join('\r\n');
				this.mails.push({ headers: split(text)[0], parts: partsOf(text) });
				mail = undefined;
				say('250 OK');
			} else if (/^data/i.test(line)) {
				mail = [];
				say('354 Go on');
			} else if (/^quit/i.test(line)) {
				say('221 Bye');
				socket.end();
			} else {
				say('250 OK');
			}
		});
	}
}
