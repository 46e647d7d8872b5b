import { isSameType, RUN_TYPE_NAMES } from '../../nodes/Amperity/runs/run/runType';

test.each([
	['campaign.send', 'Campaign send'],
	['courier.group/run', 'Courier group'],
	['amperity.orchestration.orchestration/run', 'Orchestration'],
	['courier.group/run', 'courier.group/run'],
	['CAMPAIGN_SEND', 'campaign.send'],
])('%s is %s', (one, other) => {
	expect(isSameType(one, other)).toBe(true);
	expect(isSameType(other, one)).toBe(true);
});

test.each([
	['courier.group/run', 'Courier'],
	['amperity.orchestration.orchestration/run', 'Orchestration group'],
	['campaign.send', 'campaign.fetch'],
	['run', 'amperity'],
	['', 'Courier'],
])('%s is not %s', (one, other) => {
	expect(isSameType(one, other)).toBe(false);
});

test('no two names of Amperity’s pages mean the same', () => {
	const same = RUN_TYPE_NAMES.flatMap((one, index) =>
		RUN_TYPE_NAMES.slice(index + 1).filter((other) => isSameType(one, other)),
	);
	expect(same).toEqual([]);
});
