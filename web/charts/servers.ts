import type { ComponentDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';
import { formatCount, formatInstant, formatShare } from '../format.ts';
import { type Bins, largest, means, peaks } from './bins.ts';
import type { ArmView, Chart } from './chart.ts';
import { laneAt, lanesHeight } from './lanes.ts';

const serversOf = (system: SystemDescription): ComponentDescription[] => system.components.filter(({ instances }) => instances > 0);

/** For each component, how full its pool is and how many wait for it. */
export const servers: Chart = {
  id: 'servers',
  title: 'Queues and pools',
  about: 'For each component: the filled area is how much of its pool of threads or connections is in use, the line is how many requests wait.',
  layout: 'perArm',
  applies: (system) => serversOf(system).length > 0,
  height: (system) => lanesHeight(serversOf(system).length),
  picture(arms, step) {
    const components = serversOf(arms[0]!.recording.system);
    const lanes = components.map(({ name }) => arms.map(({ recording }) => laneOf(recording, name, step)));
    const longest = lanes.map((ofArms) => largest(ofArms.map(({ queue }) => queue), 1));
    const busiest = lanes.map((ofArms) => largest(ofArms.map(({ use }) => use), 1));
    return {
      legend: [
        { title: 'pool in use', about: 'share of threads or connections that are busy; a full lane is a full pool', colour: 'busy', mark: 'area' },
        { title: 'waiting (≤ the most)', about: 'requests in the queue; each lane is as high as its longest queue, which stands under its name', colour: 'queue', mark: 'line' },
      ],
      measures: components.flatMap(({ name }) => [
        {
          title: `${name} waiting`,
          format: formatCount,
          value: (recording: Recording, bucket: number) => recording.value(recording.column(name, 'queue'), bucket),
        },
        {
          title: `${name} busy`,
          format: formatCount,
          value: (recording: Recording, bucket: number) => recording.value(recording.column(name, 'busy'), bucket),
        },
      ]),
      draw(plot, arm) {
        components.forEach(({ name }, at) => {
          const lane = laneAt(plot, at, name, longest[at]! > 1 ? `≤ ${formatCount(longest[at]!)}` : '');
          const { use, queue } = lanes[at]![arm]!;
          plot.clipped(() => {
            plot.steps(use, lane.bottom, lane.scale(busiest[at]!), plot.palette.busy);
            plot.line(queue, lane.scale(longest[at]!), { colour: 'queue', width: 1.5, halo: true });
          });
        });
      },
      summary: (arm) => inWords(arms[arm]!, components),
    };
  },
};

interface ServerLane {
  /** Share of the pool in use, or the number in use when there is no limit. */
  readonly use: Bins;
  readonly queue: Bins;
}

function laneOf(recording: Recording, name: string, step: number): ServerLane {
  const busy = means(recording, recording.column(name, 'busy'), step);
  const capacity = means(recording, recording.column(name, 'capacity'), step);
  const use = { ...busy, values: busy.values.map((value, at) => (capacity.values[at]! > 0 ? value / capacity.values[at]! : value)) };
  return { use, queue: peaks(recording, recording.column(name, 'queue'), step) };
}

function inWords({ letter, recording }: ArmView, components: readonly ComponentDescription[]): string {
  const full = components
    .map(({ name }) => ({ name, ...saturation(recording, name) }))
    .filter(({ share }) => share >= 0.005)
    .sort((a, b) => a.firstNs - b.firstNs);
  if (full.length === 0) return `${letter}: no pool was ever full.`;
  const parts = full.map(({ name, share, firstNs }) => `${name} from ${formatInstant(firstNs)} (${formatShare(share)} of the time)`);
  return `${letter}: pools that were full: ${parts.join(', ')}.`;
}

/** From when on and for what share of the run a pool was full. */
function saturation(recording: Recording, name: string): { share: number; firstNs: number } {
  const [busy, capacity] = [recording.column(name, 'busy'), recording.column(name, 'capacity')];
  let full = 0;
  let first = -1;
  for (let bucket = 0; bucket < recording.buckets; bucket++) {
    const limit = recording.value(capacity, bucket);
    if (!(limit > 0 && recording.value(busy, bucket) >= limit)) continue;
    full++;
    if (first < 0) first = bucket;
  }
  return { share: full / recording.buckets, firstNs: first * recording.bucketNs };
}
