import { RawServer, sendJson } from '../engine/rawServer';
import { readExample } from '../n8n-host/examples';
import { credentialData, type Lab } from '../n8n-host/lab';
import { until } from '../n8n-host/N8nClient';
import { MailServer } from './mailServer';
import { shareLab } from './shareLab';
import { POLL_SECONDS, pollTimes } from './workflows';

/** Milliseconds for some polls, and for what n8n makes of them. */
const TIMEOUT = 20_000;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

let lab: Lab;
shareLab((started) => {
	lab = started;
});

let chat: RawServer;
let mailServer: MailServer;

beforeAll(async () => {
	chat = await RawServer.start((_, response) => sendJson(response, { ok: true }));
	mailServer = await MailServer.start();
});

afterAll(async () => {
	await chat.stop();
	await mailServer.stop();
});

/** The credential that Send Email asks for, of a server that asks for no login. */
const mailCredential = async () =>
	await lab.client.createCredential('smtp', {
		user: '',
		password: '',
		host: '127.0.0.1',
		port: mailServer.port,
		secure: false,
		disableStartTls: true,
		hostName: '',
	});

test('the example reports a failed run to a chat and by mail, with the timeline attached', async () => {
	const { client, simulator } = lab;
	const now = simulator.clock.now();
	const name = 'Daily customer load';
	for (const days of [1, 2, 3]) {
		const createdAt = now - days * DAY;
		const scenario = { durationMs: 20 * MINUTE };
		simulator.startRunAs({ principal: 'automated', name, createdAt, scenario });
	}
	const credential = await client.createCredential('amperityApi', {
		...credentialData(simulator),
		workflowPageUrl: 'https://amperity.example/runs/{id}',
	});
	const example = await readExample('failed-run-report.json', credential);
	const nodeOf = (type: string) => example.nodes.find((each) => each.type.endsWith(type))!;
	nodeOf('httpRequest').parameters.url = chat.baseUrl;
	const { id: smtpId, name: smtpName } = await mailCredential();
	nodeOf('emailSend').credentials = { smtp: { id: smtpId, name: smtpName } };
	Object.assign(nodeOf('amperityTrigger').parameters, pollTimes(POLL_SECONDS));
	const workflow = await client.createWorkflow(example);
	const scenario = { neverEnds: true };
	const createdAt = now - 42 * MINUTE;
	const { id } = simulator.startRunAs({ principal: 'automated', name, createdAt, scenario });

	await client.activate(workflow);
	simulator.endRun(id, 'failed');
	const [message, mail] = await until('a message and a mail', TIMEOUT, async () => {
		const [asked] = chat.requests;
		const [sent] = mailServer.mails;
		return asked && sent && ([JSON.parse(asked.body) as { text: string }, sent] as const);
	});
	await client.deactivate(workflow);

	expect(message.text).toMatch(
		/^\*Daily customer load failed\*\n\*Cause:\* No file matches the pattern of the courier\n/,
	);
	expect(message.text).toContain('*Duration:* 42 minutes, usually 20 minutes');
	expect(message.text).toContain(`<https://amperity.example/runs/${id}|Open in Amperity>`);

	expect(mail.headers).toContain('Subject: Amperity: Daily customer load failed after 42 minutes');
	const [html, timeline] = mail.parts;
	expect(mail.parts).toHaveLength(2);
	expect(html!.headers).toContain('text/html');
	expect(html!.text).toContain('>Daily customer load failed</h3>');
	expect(html!.text).toContain(`href="https://amperity.example/runs/${id}"`);
	expect(timeline!.headers).toMatch(/image\/svg\+xml; name=timeline\.svg/);
	expect(timeline!.headers).toContain('Content-Disposition: attachment');
	expect(timeline!.text).toMatch(/^<svg .*>Daily customer load<\/text>.*<\/svg>$/s);
});
