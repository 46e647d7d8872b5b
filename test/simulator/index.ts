export {
	AmperitySimulator,
	type OtherRun,
	type RunEnd,
	type RunStarter,
	type SimulatorOptions,
} from './AmperitySimulator';
export type { CursorForm, CursorKind } from './cursor';
export type { Latency } from './exchange';
export type { Acceptance, Fault, FaultHook, FaultTarget } from './faults';
export type {
	SimulatedAuditEvent,
	SimulatedCampaign,
	SimulatedIngestJob,
	SimulatedIngestTable,
	SimulatedSegment,
} from './resources';
export type { ListOrder } from './runStore';
export type { Principal, SimulatedRun } from './runs';
export {
	NAMED_SCENARIOS,
	type OptionalRunProperty,
	type Outcome,
	type Scenario,
} from './scenarios';
export { violation, type SchemaName } from './schemas';
export type { TokenExchange } from './tokens';
export type { FilterGrain, RecordedRequest, SecondStop } from './world';
