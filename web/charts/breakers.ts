import type { LayerDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';
import { formatCount, formatDuration } from '../format.ts';
import { type Bins, peaks } from './bins.ts';
import type { ArmView, Chart } from './chart.ts';
import { laneAt, lanesHeight } from './lanes.ts';

/** Layers that open and close, wherever they sit. */
function breakersOf(system: SystemDescription): LayerDescription[] {
  const layers = [...system.sites, ...system.components].flatMap((place) => place.layers);
  return layers.filter(({ family }) => family === 'circuitBreaker');
}

const siteOf = (address: string): string => address.slice(0, address.lastIndexOf('/'));
const ownNameOf = (address: string): string => address.slice(address.lastIndexOf('/') + 1);

/** By its place, and by its own name where it is not the only one there. */
function shortName({ address }: LayerDescription, layers: readonly LayerDescription[]): string {
  const isAlone = layers.filter((other) => siteOf(other.address) === siteOf(address)).length === 1;
  return isAlone ? siteOf(address) : `${siteOf(address)} ${ownNameOf(address)}`;
}

/** Whom it guards, as far as there is room: with the operation only where the same caller has several to the same callee. */
function calleeOf({ address }: LayerDescription, layers: readonly LayerDescription[]): string {
  const [from, ...to] = siteOf(address).split('/');
  if (to.length === 0) return '';
  const sites = new Set(layers.map((other) => siteOf(other.address)));
  const alike = [...sites].filter((site) => site.startsWith(`${from}/`) && site.endsWith(`/${to.at(-1)}`));
  return `→ ${alike.length === 1 ? to.at(-1) : to.join('/')}`;
}

/** One lane for each circuit breaker: when it was open or trying again, and in how many instances. */
export const breakers: Chart = {
  id: 'breakers',
  title: 'Circuit breakers',
  about: 'One lane for each breaker: filled while it is open and refuses, hatched while it is half-open and tries again; the height is the share of instances.',
  layout: 'perArm',
  applies: (system) => breakersOf(system).length > 0,
  height: (system) => lanesHeight(breakersOf(system).length),
  picture(arms, step) {
    const layers = breakersOf(arms[0]!.recording.system);
    return {
      legend: [
        { title: 'open', about: 'refuses at once', colour: 'short-circuited', mark: 'area' },
        { title: 'half-open', about: 'lets a few calls through to see whether the other side is well again', colour: 'timeout', mark: 'area', hatch: 'slanted' },
        { title: 'closed', about: 'lets calls through: the lane is empty', colour: 'panel', mark: 'area' },
        { title: 'off', about: 'switched off', colour: 'faint', mark: 'area' },
      ],
      measures: layers.map((layer) => ({
        title: `breaker ${shortName(layer, layers)}`,
        format: stateName,
        value: (recording, bucket) => stateAt(recording, layer.address, bucket),
      })),
      draw(plot, arm) {
        const { recording } = arms[arm]!;
        layers.forEach((layer, at) => {
          const { address } = layer;
          const [from = ''] = address.split('/');
          const isAlone = shortName(layer, layers) === siteOf(address);
          const lane = laneAt(plot, at, isAlone ? from : ownNameOf(address), calleeOf(layer, layers));
          const read = (name: string): Bins => peaks(recording, recording.column(address, name), step);
          const [open, halfOpen, enabled, states] = [read('open'), read('halfOpen'), read('enabled'), read('states')];
          const share = (bins: Bins): Bins => ({ ...bins, values: bins.values.map((value, bin) => value / (states.values[bin]! || 1) || Number.NaN) });
          const off = { ...enabled, values: enabled.values.map((value) => (value === 0 ? 1 : Number.NaN)) };
          const tried = share({ ...halfOpen, values: halfOpen.values.map((value, bin) => (value > 0 ? value + open.values[bin]! : 0)) });
          const y = lane.scale(1);
          plot.clipped(() => {
            plot.steps(off, lane.bottom, y, plot.palette.faint);
            plot.steps(tried, lane.bottom, y, plot.fill('timeout', 'slanted'));
            plot.steps(share(open), lane.bottom, y, plot.palette['short-circuited']);
          });
          if (off.values.length > 0 && off.values.every((value) => value === 1)) {
            plot.label('switched off', plot.left + 8, (lane.top + lane.bottom) / 2, 'left', plot.width);
          }
        });
      },
      summary: (arm) => inWords(arms[arm]!, layers),
    };
  },
};

const STATES = ['closed', 'half-open', 'open', 'off'] as const;
const stateName = (state: number): string => STATES[state] ?? '–';

function stateAt(recording: Recording, address: string, bucket: number): number {
  const value = (name: string): number => recording.value(recording.column(address, name), bucket);
  if (value('enabled') === 0) return 3;
  if (value('open') > 0) return 2;
  return value('halfOpen') > 0 ? 1 : 0;
}

function inWords({ letter, recording }: ArmView, layers: readonly LayerDescription[]): string {
  const parts = layers.flatMap((layer) => {
    const { address } = layer;
    let openBuckets = 0;
    let openings = 0;
    let before = 0;
    let wasOn = false;
    for (let bucket = 0; bucket < recording.buckets; bucket++) {
      const state = stateAt(recording, address, bucket);
      if (state !== 3) wasOn = true;
      if (state === 2) openBuckets++;
      if (state === 2 && before !== 2) openings++;
      before = state;
    }
    const name = shortName(layer, layers);
    if (!wasOn) return [];
    if (openings === 0) return `${name} never opened`;
    return `${name} opened ${openings === 1 ? 'once' : `${formatCount(openings)} times`}, for ${formatDuration(openBuckets * recording.bucketNs)} in all`;
  });
  return `${letter}: ${parts.length === 0 ? 'every breaker is switched off' : parts.join('; ')}.`;
}
