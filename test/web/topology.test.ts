/**
 * Goal: the picture of the system is right at any instant: dots stand for the flow exactly, whatever way the playhead came;
 * cards do not overlap, edges begin and end at cards, dots keep to their edges.
 * Method: random flows against the formula for the number of dots; the same instant asked again and from a record that is
 * longer; layouts of random systems.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SystemDescription } from '../../sim/worker/protocol.ts';
import { Recording } from '../../web/arm/recording.ts';
import { DotKind, MAX_DOTS_PER_ARM, MAX_DOTS_PER_EDGE, travelNsAt, visitDots, worthOf } from '../../web/topology/dots.ts';
import { placeOnPath, smoothPath } from '../../web/topology/edge-path.ts';
import { cumulativeAt, type Flow, peakOnTheWay, RecordedFlow } from '../../web/topology/flow.ts';
import { layOut } from '../../web/topology/layout.ts';
import { NodeReader, readBreaker, recentMax, smoothed } from '../../web/topology/node-state.ts';
import { property } from '../support/random-cases.ts';
import { protectedByBreaker, recordingOf, unprotected } from './support/fake-ports.ts';
import { fakeRun, fakeSystem } from './support/fake-run.ts';
import { emptySystem } from './support/systems.ts';

const BUCKET_NS = 100;

interface PlainBucket {
  readonly sent: number;
  readonly ended: number;
  readonly failed: number;
  readonly retries: number;
}
const bucket = fc.record({
  sent: fc.nat(50),
  ended: fc.nat(50),
  failed: fc.double({ min: 0, max: 1, noNaN: true }),
  retries: fc.double({ min: 0, max: 1, noNaN: true }),
});

function flowOf(buckets: readonly PlainBucket[]): Flow {
  const sum = (values: readonly number[]): Float64Array => {
    const total = new Float64Array(values.length + 1);
    values.forEach((value, at) => {
      total[at + 1] = total[at]! + value;
    });
    return total;
  };
  return {
    bucketNs: BUCKET_NS,
    buckets: buckets.length,
    sent: sum(buckets.map(({ sent }) => sent)),
    ended: sum(buckets.map(({ ended }) => ended)),
    failedShare: (at) => buckets[at]!.failed,
    releasedShare: () => 0,
    retryShare: (at) => buckets[at]!.retries,
  };
}

type Dot = readonly [kind: number, isRetry: boolean, share: number];
function dotsAt(flow: Flow, timeNs: number, travelNs: number, worth: number): Dot[] {
  const dots: Dot[] = [];
  visitDots(flow, timeNs, travelNs, worth, 7, (_, kind, isRetry, share) => dots.push([kind, isRetry, share]));
  return dots;
}

const buckets = fc.array(bucket, { minLength: 1, maxLength: 40 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('dots', () => {
  property('are as many as the flow says, each on its edge and in order', [buckets, share, fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 20 })], (plain, at, travelNs, worth) => {
    const flow = flowOf(plain);
    const timeNs = at * plain.length * BUCKET_NS;
    const flowAt = (instant: number): number => cumulativeAt(flow.sent, flow.buckets, BUCKET_NS, instant);
    const dots = dotsAt(flow, timeNs, travelNs, worth);
    expect(dots).toHaveLength(Math.floor(flowAt(timeNs) / worth) - Math.floor(flowAt(timeNs - travelNs) / worth));
    const shares = dots.map(([, , way]) => way);
    // Each set out in the moment in which the flow had brought its share.
    const first = Math.floor(flowAt(timeNs - travelNs) / worth) + 1;
    const launched = shares.map((way) => flowAt(timeNs - way * travelNs));
    expect(launched.every((count, dot) => Math.abs(count - (first + dot) * worth) < 1e-6)).toBe(true);
    expect(shares.every((way) => way >= 0 && way <= 1)).toBe(true);
    expect(shares.toSorted((a, b) => b - a)).toEqual(shares);
  });

  property('do not depend on what was recorded later, except for what had not ended yet', [buckets, buckets, share, fc.integer({ min: 1, max: 500 })], (plain, later, at, travelNs) => {
    const timeNs = at * plain.length * BUCKET_NS;
    const short = dotsAt(flowOf(plain), timeNs, travelNs, 3);
    const long = dotsAt(flowOf([...plain, ...later]), timeNs, travelNs, 3);
    expect(long).toHaveLength(short.length);
    short.forEach(([kind, isRetry, way], index) => {
      const [longKind, longRetry, longWay] = long[index]!;
      expect([isRetry, way]).toEqual([longRetry, longWay]);
      if (kind !== DotKind.pending) expect(longKind).toBe(kind);
    });
  });

  property('move on by the time that has passed, and keep their looks', [fc.array(bucket, { minLength: 30, maxLength: 30 }), fc.integer({ min: 500, max: 2500 }), fc.integer({ min: 1, max: 80 })], (plain, timeNs, stepNs) => {
    const flow = flowOf(plain);
    const travelNs = 300;
    const before = dotsAt(flow, timeNs, travelNs, 2);
    const after = dotsAt(flow, timeNs + stepNs, travelNs, 2);
    const stillThere = before.filter(([, , way]) => way * travelNs + stepNs < travelNs - 1e-6);
    stillThere.forEach(([kind, isRetry, way]) => {
      const alike = after.filter((dot) => dot[0] === kind && dot[1] === isRetry);
      expect(Math.min(...alike.map((dot) => Math.abs(dot[2] - way - stepNs / travelNs)))).toBeLessThan(1e-6);
    });
  });

  test('show failures and retries in their shares', () => {
    const flow = flowOf(Array.from({ length: 20 }, () => ({ sent: 1000, ended: 1000, failed: 0.3, retries: 0.6 })));
    const dots = dotsAt(flow, 2000, 2000, 1);
    expect(dots.filter(([kind]) => kind === DotKind.failed).length / dots.length).toBeCloseTo(0.3, 1);
    expect(dots.filter(([, isRetry]) => isRetry).length / dots.length).toBeCloseTo(0.6, 1);
  });

  test('are pending where nothing ever ended', () => {
    const hung = flowOf(Array.from({ length: 20 }, () => ({ sent: 10, ended: 0, failed: 0, retries: 0 })));
    const dots = dotsAt(hung, 2000, 500, 1);
    expect(dots).toHaveLength(50);
    expect(dots.every(([kind]) => kind === DotKind.pending)).toBe(true);
  });

  property('are worth 1, 2 or 5 times a power of ten, the least that keeps the page readable', [fc.array(fc.array(fc.nat(1_000_000), { maxLength: 12 }), { maxLength: 3 })], (peaks) => {
    const worth = worthOf(peaks);
    expect(String(worth)).toMatch(/^[125]0*$/);
    const most = Math.max(0, ...peaks.flat()) / worth;
    const arm = Math.max(0, ...peaks.map((ofArm) => ofArm.reduce((sum, peak) => sum + peak, 0))) / worth;
    expect(most).toBeLessThanOrEqual(MAX_DOTS_PER_EDGE);
    expect(arm).toBeLessThanOrEqual(MAX_DOTS_PER_ARM);
    if (worth > 1) expect(Math.max((most * 2.5) / MAX_DOTS_PER_EDGE, (arm * 2.5) / MAX_DOTS_PER_ARM)).toBeGreaterThan(1);
  });

  test('are drawn from what was recorded at all call sites of an edge', () => {
    const recording = recordingOf(fakeRun(unprotected));
    const sites = recording.system.sites.map(({ address }) => address);
    const flow = new RecordedFlow(recording, sites);
    flow.update();
    let [sent, ended, failures, retries] = [0, 0, 0, 0];
    for (let bucket = 0; bucket < recording.buckets; bucket++) {
      const of = (name: string): number => recording.sum(recording.columns(sites, name), bucket);
      const endedNow = of('answered') + of('failedSends') + of('cancelledSends');
      expect(flow.failedShare(bucket)).toBe(of('failedSends') / endedNow || 0);
      expect(flow.releasedShare(bucket)).toBe(of('cancelledSends') / endedNow || 0);
      expect(flow.retryShare(bucket)).toBe(of('retries') / of('sends') || 0);
      sent += of('sends');
      ended += endedNow;
      failures += of('failedSends') + of('cancelledSends');
      retries += of('retries');
    }
    expect([flow.sent[recording.buckets], flow.ended[recording.buckets]]).toEqual([sent, ended]);
    expect(Math.min(failures, retries)).toBeGreaterThan(100);
  });

  test('stay below the limit in a whole run at any speed', () => {
    const recording = recordingOf(fakeRun(unprotected));
    const flows = recording.system.sites.map(({ address }) => new RecordedFlow(recording, [address]));
    flows.forEach((flow) => flow.update());
    for (const speed of [0.1, 1, 4, 100]) {
      const travelNs = travelNsAt(speed);
      const worth = worthOf([flows.map((flow) => peakOnTheWay(flow, travelNs))]);
      let most = 0;
      for (let timeNs = 0; timeNs <= recording.endNs; timeNs += 1e9) {
        most = Math.max(most, flows.reduce((sum, flow) => sum + dotsAt(flow, timeNs, travelNs, worth).length, 0));
      }
      expect(most).toBeLessThanOrEqual(1000);
      expect(most).toBeGreaterThan(0);
    }
  });
});

describe('cards', () => {
  const recording = recordingOf(fakeRun(protectedByBreaker));

  test('show a short opening of a breaker long enough to be read, and not for ever', () => {
    const series = [{ address: 'breaker', name: 'open', kind: 'gauge', quantity: 'count' }] as const;
    const opened = new Recording({ system: emptySystem, series, buckets: 100 });
    const rows = Float64Array.from({ length: 100 }, (_, at) => (at === 50 ? 3 : 0));
    opened.append({ type: 'frame', epoch: 1, firstBucket: 0, buckets: 100, rows, bucketDigests: new Int32Array(200), events: [] });
    const stateAt = (seconds: number, speed: number): string => readBreaker(opened, 'breaker', seconds * 1e9, speed).state;
    expect([stateAt(4.9, 1), stateAt(5.05, 1), stateAt(5.4, 1), stateAt(5.6, 1)]).toEqual(['closed', 'open', 'open', 'closed']);
    expect([stateAt(6.5, 4), stateAt(7, 4)]).toEqual(['open', 'closed']);
    expect(readBreaker(opened, 'breaker', 5.05e9, 1).count).toBe(3);
  });

  test('say that a component is full, failing or down', () => {
    const stormy = recordingOf(fakeRun(unprotected));
    const conditionOf = (name: string, timeNs: number): string => {
      const component = stormy.system.components.find((each) => each.name === name)!;
      return new NodeReader(stormy, component).read(timeNs, 1).condition;
    };
    expect(conditionOf('orders', 30e9)).toBe('normal');
    expect(conditionOf('orders', 75e9)).toBe('full');
    expect(conditionOf('shoppers', 75e9)).toBe('failing');
  });

  test('average what was, not what comes', () => {
    const column = recording.column('shoppers', 'offered');
    const mean = smoothed(recording, column, 10e9, 1e9);
    expect(mean).toBeGreaterThan(70);
    expect(mean).toBeLessThan(110);
    expect(smoothed(recording, column, 0, 1e9)).toBe(recording.value(column, 0));
    expect(smoothed(recording, -1, 10e9, 1e9)).toBeNaN();
    expect(recentMax(recording, column, 10e9, 0)).toBe(recording.value(column, 100));
  });
});

describe('the layout', () => {
  const system = fc
    .record({
      names: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 12 }),
      links: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20 }),
      instances: fc.array(fc.nat(5), { minLength: 12, maxLength: 12 }),
    })
    .map(({ names, links, instances }): SystemDescription => ({
      ...emptySystem,
      components: names.map((name, at) => ({
        name,
        kind: 'service',
        instances: instances[at]!,
        capacity: 4,
        queueCapacity: 10,
        balancer: '',
        title: 'Service',
        layers: [],
        steps: [],
        params: [],
      })),
      sites: links
        .map(([from, to]) => [from % names.length, to % names.length] as const)
        .filter(([from, to]) => from !== to)
        .map(([from, to], at) => ({ address: `site${at}`, from: names[from]!, to: names[to]!, operation: '', params: [], layers: [] })),
    }));

  property('keeps cards apart and edges attached', [system, fc.constantFrom(360, 700, 1200)], (made, width) => {
    const { nodes, edges } = layOut(made, { width, height: 300 });
    const overlapping = nodes.flatMap((a, at) =>
      nodes.slice(at + 1).filter((b) => a.x + a.width > b.x && b.x + b.width > a.x && a.y + a.height > b.y && b.y + b.height > a.y),
    );
    expect(overlapping).toEqual([]);
    const onBorder = (name: string, x: number, y: number): boolean => {
      const node = nodes.find(({ component }) => component.name === name)!;
      const inside = x >= node.x - 1e-6 && x <= node.x + node.width + 1e-6 && y >= node.y - 1e-6 && y <= node.y + node.height + 1e-6;
      const within = x > node.x + 1e-6 && x < node.x + node.width - 1e-6 && y > node.y + 1e-6 && y < node.y + node.height - 1e-6;
      return inside && !within;
    };
    for (const { path, sites } of edges) {
      expect(onBorder(sites[0]!.from, path.xs[0]!, path.ys[0]!)).toBe(true);
      expect(onBorder(sites[0]!.to, path.xs.at(-1)!, path.ys.at(-1)!)).toBe(true);
    }
    expect(edges.flatMap(({ sites }) => sites)).toHaveLength(made.sites.length);
  });

  test('goes downward where the room is narrow', () => {
    const made = fakeSystem(unprotected);
    const wide = layOut(made, { width: 760, height: 300 });
    const narrow = layOut(made, { width: 360, height: 500 });
    expect(wide.width).toBeGreaterThan(wide.height);
    expect(narrow.height).toBeGreaterThan(narrow.width);
  });

  property('has paths along which equal shares are equal lengths', [fc.array(fc.record({ x: fc.nat(500), y: fc.nat(500) }), { minLength: 2, maxLength: 4 }), share], (waypoints, at) => {
    const path = smoothPath(waypoints, 'x');
    const place = { x: 0, y: 0 };
    placeOnPath(path, 0, place);
    expect(place).toEqual(waypoints[0]);
    placeOnPath(path, 1, place);
    expect(place).toEqual(waypoints.at(-1));
    const step = 0.001;
    placeOnPath(path, at * (1 - step), place);
    const { x, y } = place;
    placeOnPath(path, at * (1 - step) + step, place);
    const length = path.lengths.at(-1)!;
    expect(Math.hypot(place.x - x, place.y - y)).toBeLessThanOrEqual(step * length + 1e-6);
  });
});
