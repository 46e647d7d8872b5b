import type { RunFailure } from './runFailure';

/** Who has to do something about a failure, by Amperity's attribution of it. */
const ATTRIBUTIONS = new Map([
	['customer', 'Amperity attributes this to the configuration.'],
	['platform', 'Amperity attributes this to its platform.'],
]);

/** In a sentence, who has to do something about a failure; undefined where Amperity does not say. */
export const attributionText = ({ attribution = '' }: RunFailure): string | undefined =>
	ATTRIBUTIONS.get(attribution);
