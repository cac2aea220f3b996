/**
 * How much a run of a scenario will record: rows grow with the number of series and of buckets, and a large system in
 * small buckets would need more memory than there is. Estimated before anything is built, generously.
 */
import { RECORDED_INSTANCES_MAX } from '../telemetry/series.ts';
import type { Scenario } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';
import { visitUse } from './walk.ts';

/** Numbers of one run: 320 MB. */
export const RECORDED_MAX = 40_000_000;

const PER_CLIENT = 80;
const PER_SERVER = 20;
const PER_INSTANCE = 6;
const PER_SITE = 8;
const PER_LAYER = 8;

/** Series that a run of the scenario has, at most about so many. */
export function seriesOf({ components }: Pick<Scenario, 'components'>, vocabulary: Vocabulary): number {
  let series = 0;
  for (const use of components) {
    const instances = vocabulary.outlineOf(use)?.instances ?? 0;
    series += instances === 0 ? PER_CLIENT : PER_SERVER + (instances <= RECORDED_INSTANCES_MAX ? instances * PER_INSTANCE : 0);
    visitUse(use, vocabulary, { site: () => (series += PER_SITE), layer: () => (series += PER_LAYER) });
  }
  return series;
}
