import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import {
	learnIdentity,
	LearntIdentities,
	recallIdentity,
} from '../../nodes/Amperity/runs/configuration/learntIdentities';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { ME, RUN, times } from './dailyRun';
import { FakeClient, type Asked } from './fakeClient';

const WITHOUT_PRINCIPAL: WorkflowRun = { ...RUN };
delete WITHOUT_PRINCIPAL.principal_id;
let kept: IDataObject;
const context = () => ({ getWorkflowStaticData: () => kept }) as unknown as IExecuteFunctions;

beforeEach(() => {
	kept = {};
});

const refusing = () => {
	throw new Error('no');
};
const answering = (answer: (asked: Asked) => unknown = refusing) => new FakeClient(answer, ME);
const learn = async (fake: FakeClient, run: object = RUN, mayRead = true, configId = 'cg-1') =>
	await learnIdentity(context(), fake.client, configId, run as WorkflowRun, mayRead);
const known = (fake: FakeClient) => fake.remembered(LearntIdentities).of(ME, 'cg-1');

test('an answer that says who we are asks nothing, and is kept for later processes', async () => {
	const fake = answering();
	await learn(fake);
	expect(fake.asked).toEqual([]);

	const later = answering();
	recallIdentity(context(), later.client, 'cg-1');
	expect(known(later)).toEqual(times(1));
});

test('answers for several configurations are kept side by side', async () => {
	const fake = answering();
	for (const configId of ['cg-1', 'cg-2']) await learn(fake, RUN, true, configId);
	for (const configId of ['cg-1', 'cg-2']) {
		const later = answering();
		recallIdentity(context(), later.client, configId);
		expect(later.remembered(LearntIdentities).of(ME, configId)).toEqual({
			...times(1),
			principal: times(2).principal,
		});
	}
});

test('an answer that tells nothing new writes nothing', async () => {
	const fake = answering();
	await learn(fake);
	await learn(fake);
	expect(JSON.stringify(kept)).toContain('"times":2');
	kept = {};
	await learn(fake);
	expect(kept).toEqual({});
});

test('a renamed configuration is kept under its new name, which counts from the start', async () => {
	const fake = answering();
	for (const name of ['Daily', 'Daily', 'Weekly']) await learn(fake, { ...RUN, name });
	const later = answering();
	recallIdentity(context(), later.client, 'cg-1');
	expect(known(later)).toEqual({ ...times(2), name: { value: 'Weekly', times: 1 } });
});

test('an answer is kept apart from those of other tenants', async () => {
	await learn(answering());
	const other = new FakeClient(refusing, { ...ME, tenant: 'globex' });
	recallIdentity(context(), other.client, 'cg-1');
	expect(known(other)).toEqual({ principal: undefined });
	await learn(other, { ...RUN, name: 'Weekly' });
	const later = answering();
	recallIdentity(context(), later.client, 'cg-1');
	expect(known(later)).toEqual(times(1));
});

test('an answer that does not say who we are is read once, by its ID and without repeats', async () => {
	const fake = answering(() => RUN);
	await learn(fake, WITHOUT_PRINCIPAL);
	expect(fake.asked).toEqual([
		{
			method: 'GET',
			path: '/workflow/runs/wf-1',
			qs: { view: 'verbose' },
			limits: { retry: false },
		},
	]);
	expect(known(fake)).toEqual(times(1));
	await learn(fake, { ...WITHOUT_PRINCIPAL, id: 'wf-2' }, true, 'cg-2');
	expect(fake.asked).toHaveLength(1);
});

test('an answer that does not say who we are is not read where that is known', async () => {
	const fake = answering();
	await learn(fake);
	await learn(fake, WITHOUT_PRINCIPAL);
	expect(fake.asked).toEqual([]);
	expect(known(fake)).toEqual({ ...times(2), principal: times(1).principal });
});

test('an answer is not read a second time if that failed', async () => {
	const fake = answering();
	await learn(fake, WITHOUT_PRINCIPAL);
	await learn(fake, WITHOUT_PRINCIPAL);
	expect(fake.asked).toHaveLength(1);
	expect(known(fake)).toEqual({ ...times(2), principal: undefined });
});

test.each<[string, object, boolean]>([
	['says that nobody started it', { ...RUN, principal_id: null }, true],
	['matters too little', WITHOUT_PRINCIPAL, false],
])('an answer is not read if it %s', async (_case, run, mayRead) => {
	const fake = answering();
	await learn(fake, run, mayRead);
	expect(fake.asked).toEqual([]);
	expect(known(fake)).toEqual({ ...times(1), principal: undefined });
});
