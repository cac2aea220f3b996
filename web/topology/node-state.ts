/** What a card shows at an instant, smoothed so that people can read it; a function of the instant and the record only. */
import type { ComponentDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';

/** Averages reach back this long on the wall at every speed; states that last less would only flicker. */
const SMOOTHING_SECONDS = 0.6;
/** A state that was on within the last moment is still shown. */
const DWELL_SECONDS = 0.4;
const MAX_SMOOTHING_NS = 30e9;

/** How long the averages of a run played at `speed` reach back, in its own time. */
export function smoothingNsAt(speed: number): number {
  return Math.min(SMOOTHING_SECONDS * 1e9 * speed, MAX_SMOOTHING_NS);
}
function dwellNsAt(speed: number): number {
  return Math.min(DWELL_SECONDS * 1e9 * speed, MAX_SMOOTHING_NS);
}

/** Exponentially weighted mean of a column up to the bucket of an instant; NaN when nothing was recorded. */
export function smoothed(recording: Recording, column: number, timeNs: number, smoothingNs: number): number {
  const last = recording.bucketAt(timeNs);
  const decay = Math.exp(-recording.bucketNs / Math.max(smoothingNs, 1));
  let weight = 1;
  let weights = 0;
  let sum = 0;
  for (let bucket = last; bucket >= 0 && weight > 0.02; bucket--) {
    const value = recording.value(column, bucket);
    if (!Number.isNaN(value)) {
      sum += weight * value;
      weights += weight;
    }
    weight *= decay;
  }
  return sum / weights;
}

/** Several counters together for each second, smoothed like `smoothed`. */
export function smoothedRate(recording: Recording, columns: readonly number[], timeNs: number, smoothingNs: number): number {
  return columns.reduce((sum, column) => sum + smoothed(recording, column, timeNs, smoothingNs), 0) * (1e9 / recording.bucketNs);
}

/** Largest value of a column within the dwell time before an instant; NaN when there is none. */
export function recentMax(recording: Recording, column: number, timeNs: number, dwellNs: number): number {
  return recent(recording, column, timeNs, dwellNs, (value, max) => value > max);
}

function recentMin(recording: Recording, column: number, timeNs: number, dwellNs: number): number {
  return recent(recording, column, timeNs, dwellNs, (value, min) => value < min);
}

function recent(recording: Recording, column: number, timeNs: number, dwellNs: number, isMore: (value: number, found: number) => boolean): number {
  const last = recording.bucketAt(timeNs);
  const first = Math.max(recording.bucketAt(Math.max(timeNs - dwellNs, 0)), 0);
  let found = Number.NaN;
  for (let bucket = first; bucket <= last; bucket++) {
    const value = recording.value(column, bucket);
    if (Number.isNaN(found) || isMore(value, found)) found = value;
  }
  return found;
}

export type Condition = 'normal' | 'failing' | 'full' | 'down';

export interface NodeState {
  readonly condition: Condition;
  /** Waiting for a thread or connection, and how many may. */
  readonly queue: number;
  readonly queueCapacity: number;
  /** Threads or connections in use, and in total; capacity 0 when there is no limit. */
  readonly busy: number;
  readonly capacity: number;
  readonly up: number;
  /** Instances that the balancer believes healthy; NaN without a balancer. */
  readonly healthy: number;
  /** Of what a client sent, answered in each second, and the share that failed. */
  readonly perSecond: number;
  readonly failedShare: number;
}

/** Reads the state of one component; finds its columns once. */
export class NodeReader {
  readonly #recording: Recording;
  readonly #component: ComponentDescription;
  readonly #column: (name: string) => number;

  constructor(recording: Recording, component: ComponentDescription) {
    this.#recording = recording;
    this.#component = component;
    const columns = new Map<string, number>();
    this.#column = (name) => {
      const known = columns.get(name);
      if (known !== undefined) return known;
      const column = recording.column(component.name, name);
      columns.set(name, column);
      return column;
    };
  }

  read(timeNs: number, speed: number): NodeState {
    const smoothingNs = smoothingNsAt(speed);
    const mean = (name: string): number => smoothed(this.#recording, this.#column(name), timeNs, smoothingNs);
    const perSecond = 1e9 / this.#recording.bucketNs;
    const { instances, queueCapacity } = this.#component;
    const isClient = instances === 0;
    const good = isClient ? mean('ok') + mean('degraded') : mean('completed');
    const bad = isClient ? mean('failed') : mean('failed') + mean('rejected') + (mean('lost') || 0);
    const state = {
      queue: mean('queue'),
      queueCapacity: queueCapacity * Math.max(instances, 1),
      busy: mean('busy'),
      capacity: this.#recording.value(this.#column('capacity'), this.#recording.bucketAt(timeNs)),
      up: recentMin(this.#recording, this.#column('up'), timeNs, dwellNsAt(speed)),
      healthy: mean('healthy'),
      perSecond: good * perSecond,
      failedShare: bad / (good + bad) || 0,
    };
    return { ...state, condition: conditionOf(state, instances) };
  }
}

/** A component fails when more than this share of what it ends is no good answer. */
const FAILING_SHARE = 0.2;

function conditionOf(state: Omit<NodeState, 'condition'>, instances: number): Condition {
  if (instances > 0 && state.up === 0) return 'down';
  if (state.failedShare > FAILING_SHARE) return 'failing';
  const isSaturated = state.capacity > 0 && state.busy >= 0.97 * state.capacity;
  return isSaturated && state.queue >= 1 ? 'full' : 'normal';
}

export type BreakerState = 'closed' | 'halfOpen' | 'open';

/** The worst state that a breaker was in within the dwell time, and how many of its state objects are in it. */
export interface BreakerReading {
  readonly state: BreakerState;
  readonly count: number;
  readonly states: number;
  readonly enabled: boolean;
}

export function readBreaker(recording: Recording, layer: string, timeNs: number, speed: number): BreakerReading {
  const dwellNs = dwellNsAt(speed);
  const most = (name: string): number => recentMax(recording, recording.column(layer, name), timeNs, dwellNs) || 0;
  const [open, halfOpen] = [most('open'), most('halfOpen')];
  const state = open > 0 ? 'open' : halfOpen > 0 ? 'halfOpen' : 'closed';
  return { state, count: open > 0 ? open : halfOpen, states: most('states'), enabled: most('enabled') > 0 };
}
