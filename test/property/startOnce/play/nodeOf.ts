import type { IDataObject } from 'n8n-workflow';
import { credentialsFor } from '../../../engine';
import type { AmperitySimulator } from '../../../simulator';
import type { StartedNode } from '../n8n/n8nProcess';
import type { ExecutionPlan, NightPlan } from '../schedule';
import type { PlayedItem } from './playedItem';

interface NodeSetup {
	simulator: AmperitySimulator;
	/** As it was when the schedule began: nobody renews it meanwhile. */
	token: string;
	/** The name of the credential. Several of them hold the same API key. */
	credential: string;
	executionId: string;
	plan: ExecutionPlan;
	items: PlayedItem[];
	staticData: IDataObject;
}

/** The node as an execution of a schedule runs it. */
export const nodeOf = (setup: NodeSetup): StartedNode => ({
	executionId: setup.executionId,
	staticData: structuredClone(setup.staticData),
	credentials: { ...credentialsFor(setup.simulator), accessToken: setup.token },
	parameters: {
		configId: '={{ $json.configId }}',
		timeRange: '={{ $json.rangeFrom ? "range" : "none" }}',
		rangeFrom: '={{ $json.rangeFrom }}',
		// Never used, but required where the range is an expression.
		day: '2000-01-01',
		waitForCompletion: setup.plan.waits,
		options: optionsOf(setup.plan),
		...ensureFreshOf(setup.plan),
	},
	items: setup.items.map(({ configId, rangeFrom, name }) => ({ configId, rangeFrom, name })),
	settings: {
		credentials: { amperityApi: { id: setup.credential, name: 'Simulator' } },
		onError: setup.plan.onError,
		retryOnFail: setup.plan.tries > 1,
		maxTries: setup.plan.tries,
		waitBetweenTries: 1_000,
	},
});

const optionsOf = ({ requestTimeout, onUnsuccessful, ifStartIsLost, night }: ExecutionPlan) => ({
	requestTimeout,
	onUnsuccessful,
	...(ifStartIsLost && { ifStartIsLost }),
	...(night && nightOptionsOf(night)),
});

const NAME = '={{ $json.name }}';

const nightOptionsOf = (night: NightPlan): IDataObject => ({
	rerunIfPlatformFailed: night.reruns,
	rerunEvenIfSentTwice: true,
	...(night.operation === 'start' && {
		ifAlreadyRunning: night.ifAlreadyRunning,
		runningMaximumWait: night.runningMaximumWait,
		order: night.isOneAfterAnother ? 'oneAfterAnother' : 'allAtOnce',
		...(night.isNamed && { nameInAmperity: NAME }),
	}),
});

const ensureFreshOf = ({ night }: ExecutionPlan): IDataObject =>
	night?.operation === 'ensureFresh'
		? {
				operation: 'ensureFresh',
				maximumAge: night.maximumAge,
				...(night.isNamed && { nameInAmperity: NAME }),
			}
		: {};
