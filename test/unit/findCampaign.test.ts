import { findCampaign } from '../../nodes/Amperity/transport/campaigns';
import { FakeClient } from './fakeClient';

/** Answers so many pages, each with one campaign named after it. */
const pages = (count: number) =>
	new FakeClient(({ qs }) => {
		const page = Number(qs.next_token ?? 1);
		return {
			data: [{ id: `cc-${page}`, name: `Campaign ${page}` }],
			next_token: page < count ? String(page + 1) : null,
		};
	});

test.each([
	['on the first page', 1, 1],
	['on a later page', 3, 3],
	['on the tenth page', 10, 10],
])('a campaign is found %s, and nothing further is read', async (_, page, requests) => {
	const fake = pages(20);
	expect(await findCampaign(fake.client, `cc-${page}`)).toEqual({
		id: `cc-${page}`,
		name: `Campaign ${page}`,
	});
	expect(fake.asked).toHaveLength(requests);
	const tokens = fake.asked.map(({ qs }) => qs.next_token);
	expect(tokens).toEqual([undefined, ...Array.from({ length: page - 1 }, (__, at) => `${at + 2}`)]);
	expect(fake.asked[0]).toMatchObject({ method: 'GET', path: '/campaigns', qs: { limit: 500 } });
});

test.each([
	['is not there', 3, 'cc-9', 3],
	['comes after the tenth page', 20, 'cc-11', 10],
])('a campaign that %s is not found', async (_, count, id, requests) => {
	const fake = pages(count);
	expect(await findCampaign(fake.client, id)).toBeUndefined();
	expect(fake.asked).toHaveLength(requests);
});

test('a list that cannot be read is an error', async () => {
	const fake = new FakeClient(() => ({ data: 'none' }));
	await expect(findCampaign(fake.client, 'cc-1')).rejects.toThrow();
});
