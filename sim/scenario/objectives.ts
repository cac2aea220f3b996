/** Reads objectives: `{of: shoppers, availability: 99.9%}`, `{of: shoppers, latency: {p99: 300ms}}`. */
import { address, duration, type Fields, ratio, record } from '../catalogue/param.ts';
import { itemOf, type Place, type Reader } from './reader.ts';
import type { Objective, Values } from './scenario.ts';
import type { SourceNode } from './source.ts';
import { found } from './wording.ts';

const quantile = (name: string) => duration({ about: `At most this for the ${name} of good answers.`, optional: true, minExclusive: true });

export const OBJECTIVE_FIELDS = {
  of: address({ of: 'component', componentKinds: ['client'], about: 'The client to whom it is promised.' }),
  availability: ratio({ about: 'Share of requests that get a good answer.', optional: true }),
  latency: record(
    {
      p50: quantile('median'),
      p90: quantile('90th percentile'),
      p95: quantile('95th percentile'),
      p99: quantile('99th percentile'),
      p999: quantile('99.9th percentile'),
    },
    { about: 'How fast good answers come.', optional: true },
  ),
} as const satisfies Fields;

export function readObjectives(reader: Reader, node: SourceNode, place: Place): readonly Objective[] {
  if (node.kind !== 'sequence') {
    reader.problems.add(node, place.path, `expected a list of objectives, found ${found(node)}`);
    return [];
  }
  return node.items.flatMap((item, at) => {
    const { of, availability, latency = {} } = reader.fields(OBJECTIVE_FIELDS, item, itemOf(place, at), 'an objective');
    const quantiles = Object.entries(latency as Values).filter(([, value]) => value !== undefined);
    if (item.kind === 'mapping' && availability === undefined && quantiles.length === 0) {
      reader.problems.add(item, itemOf(place, at).path, 'expected what is promised: availability or latency');
    }
    const objective = (metric: string, comparison: '>=' | '<=', value: number): Objective => ({ of: of as string, metric, comparison, value });
    return [
      ...(availability === undefined ? [] : [objective('availability', '>=', availability as number)]),
      ...quantiles.map(([metric, value]) => objective(metric, '<=', value as number)),
    ];
  });
}
