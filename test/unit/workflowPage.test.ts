import { checkWorkflowPage, workflowPageOf } from '../../credentials/workflowPage';

const at = (workflowPageUrl: unknown) => ({ workflowPageUrl }) as Record<string, string>;

test.each([
	['https://amperity.example/runs/{id}', 'https://amperity.example/runs/wf-1'],
	[' https://amperity.example/runs/{id}\n', 'https://amperity.example/runs/wf-1'],
	[
		'http://localhost:8080/#/t/acme/runs/{id}?x={id}',
		'http://localhost:8080/#/t/acme/runs/wf-1?x=wf-1',
	],
	['HTTPS://Amperity.Example?run={id}', 'https://amperity.example/?run=wf-1'],
	['https://amperity.example/"><b>/{id}', 'https://amperity.example/%22%3E%3Cb%3E/wf-1'],
])('%p leads to %p', (page, address) => {
	expect(() => checkWorkflowPage(at(page))).not.toThrow();
	expect(workflowPageOf(at(page), 'wf-1')).toBe(address);
});

test.each([undefined, null, '', ' \n'])('%p is none, and no error', (page) => {
	expect(() => checkWorkflowPage(at(page))).not.toThrow();
	expect(workflowPageOf(at(page), 'wf-1')).toBeUndefined();
});

test.each([
	'https://amperity.example/runs/',
	'https://amperity.example/runs/{ID}',
	'https://{id}.example/',
	'https://amperity.example:{id}/',
	'https://user:secret@amperity.example/{id}',
	'https://{id}@amperity.example/',
	'ftp://amperity.example/{id}',
	'javascript:alert("{id}")',
	'data:text/html,{id}',
	'amperity.example/{id}',
	'/runs/{id}',
	'{id}',
	'https://amperity.example/a b/{id}',
	'https://amperity.example/a\nb/{id}',
	'https://amperity.example/a\u0000b/{id}',
	5,
	true,
	{},
	[],
	['https://amperity.example/runs/{id}'],
])('%p is refused, and leads nowhere', (page) => {
	expect(() => checkWorkflowPage(at(page))).toThrow(
		/^Workflow Page URL in the Amperity credential is not .*\{id\}/,
	);
	expect(workflowPageOf(at(page), 'wf-1')).toBeUndefined();
});

test.each([
	['../../x', '..%2F..%2Fx'],
	['a?b#c&d', 'a%3Fb%23c%26d'],
	['$& $1 {id}', '%24%26%20%241%20%7Bid%7D'],
	['<b>', '%3Cb%3E'],
	['\uD83C', '%EF%BF%BD'],
])('an ID like %p cannot lead elsewhere', (id, encoded) => {
	expect(workflowPageOf(at('https://amperity.example/runs/{id}'), id)).toBe(
		`https://amperity.example/runs/${encoded}`,
	);
});
