import { RECORDED_INSTANCES_MAX, REPLICA_ROLES } from '../../sim/telemetry/series.ts';
import type { ComponentDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { ColourName } from '../palette.ts';
import { type Bins, largest, peaks } from './bins.ts';
import type { ArmView, Chart } from './chart.ts';
import { laneAt, lanesHeight } from './lanes.ts';

const [, PRIMARY, CANDIDATE, FENCED, DOWN] = REPLICA_ROLES.keys();

interface Replica {
  readonly database: string;
  readonly address: string;
}

function replicasOf(system: SystemDescription): Replica[] {
  return system.components.filter(isReplicated).flatMap(({ name, instances }) =>
    Array.from({ length: instances }, (_, at) => ({ database: name, address: `${name}#${at}` })),
  );
}

function isReplicated({ kind, instances }: ComponentDescription): boolean {
  return kind === 'database' && instances > 1 && instances <= RECORDED_INSTANCES_MAX;
}

const FILLS: Readonly<Record<number, { readonly colour: ColourName; readonly hatch: 'solid' | 'slanted' | 'crossed' }>> = {
  [PRIMARY!]: { colour: 'ok', hatch: 'solid' },
  [CANDIDATE!]: { colour: 'timeout', hatch: 'slanted' },
  [FENCED!]: { colour: 'rejected', hatch: 'crossed' },
  [DOWN!]: { colour: 'failed', hatch: 'solid' },
};

/** One lane for each node of a replicated database: its role, and how far it is behind. */
export const replicas: Chart = {
  id: 'replicas',
  title: 'Replicas',
  about: 'One lane for each node of a replicated database: filled while it is primary, candidate, fenced or down; the line is how far a replica is behind.',
  layout: 'perArm',
  applies: (system) => replicasOf(system).length > 0,
  height: (system) => lanesHeight(replicasOf(system).length),
  picture(arms, step) {
    const nodes = replicasOf(arms[0]!.recording.system);
    const lags = arms.map(({ recording }) => nodes.map(({ address }) => peaks(recording, recording.column(address, 'lag'), step)));
    const longest = largest(lags.flat(), 1e6);
    return {
      legend: [
        { title: 'primary', about: 'takes writes', colour: 'ok', mark: 'area' },
        { title: 'candidate', about: 'is being made primary', colour: 'timeout', mark: 'area', hatch: 'slanted' },
        { title: 'fenced', about: 'an old primary that may not write any more', colour: 'rejected', mark: 'area', hatch: 'crossed' },
        { title: 'down', colour: 'failed', mark: 'area' },
        { title: `lag, up to ${formatDuration(longest)}`, about: 'how far a replica is behind the primary', colour: 'ink', mark: 'line' },
      ],
      measures: nodes.map(({ address }) => ({
        title: address,
        format: (role) => REPLICA_ROLES[role] ?? '–',
        value: (recording, bucket) => recording.value(recording.column(address, 'role'), bucket),
      })),
      draw(plot, arm) {
        const { recording } = arms[arm]!;
        nodes.forEach(({ address }, at) => {
          const lane = laneAt(plot, at, address);
          const roles = peaks(recording, recording.column(address, 'role'), step);
          plot.clipped(() => {
            for (const [role, { colour, hatch }] of Object.entries(FILLS)) {
              plot.steps(whileIn(roles, Number(role)), lane.bottom, lane.scale(1), plot.fill(colour, hatch));
            }
            plot.line(lags[arm]![at]!, lane.scale(longest), { colour: 'ink', width: 1.4, halo: true });
          });
        });
      },
      summary: (arm) => inWords(arms[arm]!, nodes),
    };
  },
};

/** 1 where the role is this one, nothing elsewhere. */
function whileIn(roles: Bins, role: number): Bins {
  return { ...roles, values: roles.values.map((value) => (value === role ? 1 : Number.NaN)) };
}

function inWords({ letter, recording }: ArmView, nodes: readonly Replica[]): string {
  const databases = [...new Set(nodes.map(({ database }) => database))];
  const parts = databases.map((database) => {
    let withoutPrimary = 0;
    let lost = 0;
    let stale = 0;
    for (let bucket = 0; bucket < recording.buckets; bucket++) {
      const value = (name: string): number => recording.value(recording.column(database, name), bucket) || 0;
      if (recording.value(recording.column(database, 'writable'), bucket) === 0) withoutPrimary++;
      lost += value('lostWrites');
      stale += value('staleReads');
    }
    const writes = withoutPrimary === 0 ? 'could always be written' : `could not be written for ${formatDuration(withoutPrimary * recording.bucketNs)}`;
    return `${database} ${writes}, lost ${formatCount(lost)} confirmed writes and gave ${formatCount(stale)} stale reads`;
  });
  return `${letter}: ${parts.join('; ')}.`;
}
