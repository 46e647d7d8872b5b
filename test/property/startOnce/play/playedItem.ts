import type { AmperitySimulator, Scenario } from '../../../simulator';
import type { ItemPlan, Schedule } from '../schedule';

/** An item as it was given to the node. */
export interface PlayedItem {
	plan: ItemPlan;
	configId: string;
	/** The name of its runs. */
	name: string;
	/** The name that they had while the node learnt. */
	firstName: string;
	/** Tells the requests of items apart that start the same configuration. */
	rangeFrom: string | undefined;
}

/**
 * Makes an item of a plan.
 *
 * @param schedule the number of the schedule
 * @param execution the number of the execution in it
 * @param place the number of the item in that
 */
export function itemOf(
	plan: ItemPlan,
	schedule: number,
	execution: number,
	place: number,
): PlayedItem {
	const isShared = plan.isShared && plan.prefix === 'cg';
	const own = isShared ? 'shared' : `${execution}-${place}`;
	const configId = `${plan.prefix}-${schedule}-${own}`;
	const name = plan.isRenamed && !isShared ? `New ${nameOf(configId)}` : nameOf(configId);
	const day = String(place + 1).padStart(2, '0');
	const rangeFrom = isShared ? `${2_000 + execution}-01-${day}T00:00:00Z` : undefined;
	return { plan, configId, name, firstName: nameOf(configId), rangeFrom };
}

/** The name that a configuration's runs had first. */
const nameOf = (configId: string) => `Feed of ${configId.slice(3)}`;

/** Lets runs be plain, as they are before anything of a schedule happens. */
export function setUpPlainly(
	simulator: AmperitySimulator,
	items: PlayedItem[],
	schedule: Schedule,
): void {
	for (const { configId } of items) {
		simulator.setScenario(configId, { name: nameOf(configId), ...hiddenIn(schedule) });
	}
}

/** Lets runs behave as the plans of their items say. */
export function setUpAsPlanned(
	simulator: AmperitySimulator,
	items: PlayedItem[],
	schedule: Schedule,
): void {
	for (const { plan, configId, name } of items) {
		const { outcomes, durationMs, listLagMs, listHiddenMs, getLagMs } = plan;
		const all = { name, durationMs, listLagMs, listHiddenMs, getLagMs, ...hiddenIn(schedule) };
		simulator.setScenario(configId, ...outcomes.map((outcome) => ({ ...all, outcome })));
		if (plan.prefix === 'cc' && plan.isListedCampaign) {
			simulator.campaigns.push({ id: configId, name });
		}
	}
}

const hiddenIn = ({ hidesPrincipal }: Schedule): Pick<Scenario, 'hide'> =>
	hidesPrincipal ? { hide: ['principal_id', 'principal_name'] } : {};
