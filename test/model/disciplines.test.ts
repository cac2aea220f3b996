/**
 * Goal: queue disciplines serve whom they should, and send away whom and when their sources say.
 * Method: disciplines are asked directly, by a clock of the test; what an instance does besides (who makes room in a full
 * line, who is dropped when their turn comes) is seen in small systems. Times are milliseconds.
 */
import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../sim/catalogue/units.ts';
import { Activation, type ActivationCall } from '../../sim/model/activation.ts';
import type { Discipline } from '../../sim/model/discipline.ts';
import { disciplines } from '../../sim/model/disciplines/registry.ts';
import { OUTCOMES } from '../../sim/resilience/outcome.ts';
import { compile } from '../../sim/scenario/compile.ts';
import { type Given, make } from '../support/pattern-values.ts';
import { scenarioOf } from '../support/run-scenario.ts';

/** A line with a clock; calls are known by their numbers, in order of arrival. */
class TestLine {
  now = 0;
  /** Who was sent away, and when. */
  readonly dropped: string[] = [];
  readonly #line: Discipline;
  readonly #names = new Map<ActivationCall, number>();

  constructor(kind: string, values: Given = {}) {
    this.#line = make(disciplines.find((one) => one.kind === kind)!, values, undefined)(this);
  }

  drop(call: ActivationCall): void {
    this.dropped.push(`${this.#names.get(call)} at ${+(this.now / MILLISECOND).toFixed(3)}`);
  }

  arrive(priority = 0, waitedNs = 0): void {
    const call = { state: new Activation(), startedAt: this.now - waitedNs, priority } as unknown as ActivationCall;
    this.#names.set(call, this.#names.size);
    this.#line.push(call);
  }

  /** The number of the call that is served next; -1 when all were sent away. */
  serve(): number {
    const call = this.#line.shift();
    return call === null ? -1 : this.#names.get(call)!;
  }

  serveAll(): number[] {
    const served = [];
    while (this.#line.length > 0) served.push(this.serve());
    return served;
  }

  who(which: 'oldest' | 'newest' | 'leastImportant'): number {
    return this.#names.get(this.#line[which]())!;
  }
}

test.each([
  ['fifo', [0, 1, 2, 3, 4]],
  ['lifo', [4, 3, 2, 1, 0]],
  ['priority', [2, 1, 4, 0, 3]],
  ['adaptiveLifo', [4, 3, 0, 1, 2]],
])('%s serves in the order %j', (kind, order) => {
  const line = new TestLine(kind, kind === 'adaptiveLifo' ? { threshold: 3 } : {});
  for (const priority of [2, 1, 0, 2, 1]) {
    line.now += MILLISECOND;
    line.arrive(priority);
  }
  expect([line.who('oldest'), line.who('newest'), line.who('leastImportant')]).toEqual([0, 4, 3]);
  expect(line.serveAll()).toEqual(order);
});

describe('CoDel, RFC 8289', () => {
  const stepMs = 0.1;

  /** A line in which everybody has waited for 50 ms, and which is asked all the time. */
  function stand(line: TestLine, fromMs: number, toMs: number): void {
    for (let step = 0; fromMs + step * stepMs < toMs; step++) {
      line.now = Math.round((fromMs + step * stepMs) * MILLISECOND);
      for (let arrival = 0; arrival < 12; arrival++) line.arrive(0, 50 * MILLISECOND);
      line.serve();
    }
  }

  function expectDrops(line: TestLine, expectedMs: readonly number[]): void {
    const times = line.dropped.map((drop) => Number(drop.split(' at ')[1]));
    expect(times).toHaveLength(expectedMs.length);
    times.forEach((time, drop) => expect(Math.abs(time - expectedMs[drop]!)).toBeLessThanOrEqual(stepMs));
  }

  test('G5: while the line stands, drops come closer by the square root of their number', () => {
    const line = new TestLine('codel');
    stand(line, 0, 600);
    expectDrops(line, [100, 200, 270.711, 328.446, 378.446, 423.167, 463.992, 501.788, 537.144, 570.477]);
  });

  test.each([
    ['soon, drops go on nearly where they were', 300, [400, 470.711, 528.446, 578.446, 623.168]],
    ['much later, they begin anew', 2000, [2100, 2200, 2270.711, 2328.446]],
  ])('when the line has been short and stands again %s', (_, againAtMs, drops) => {
    const line = new TestLine('codel');
    stand(line, 0, 300);
    line.serveAll();
    stand(line, againAtMs, againAtMs + 330);
    expectDrops(line, [100, 200, 270.711, ...drops]);
  });

  test('a line of one is never emptied', () => {
    const line = new TestLine('codel');
    for (let ms = 0; ms < 1000; ms++) {
      line.now = ms * MILLISECOND;
      line.arrive(0, 50 * MILLISECOND);
      expect(line.serve()).toBe(ms);
    }
  });
});

describe('CoDel of folly', () => {
  test('G5b: its own test of units', () => {
    const line = new TestLine('follyCodel');
    const isDropped = ([atMs, waitedMs]: readonly [number, number]): boolean => {
      line.now = atMs * MILLISECOND;
      line.arrive(0, waitedMs * MILLISECOND);
      return line.serve() === -1;
    };
    // The second at 200 is the same request a moment later.
    expect(([[110, 100], [200, 50], [200, 50], [310, 2], [400, 20]] as const).map(isDropped)).toEqual([false, false, true, false, true]);
  });
});

describe('a full line', () => {
  /** One request in service, one line of two; what became of each request, in order. Later requests are more important. */
  function outcomes(queue: string): string[] {
    const text = `faultline: 1
title: A full line
duration: 1s
system:
  early: {kind: client, arrivals: {burst: {size: 3}}, calls: api, deadline: 15ms, propagateDeadline: true, classes: {low: {weight: 1, priority: 1}}}
  late: {kind: client, arrivals: {burst: {size: 3, at: 1ms}}, calls: api, classes: {high: {weight: 1, priority: 0}}}
  api: {kind: service, threads: 1, queue: {${queue}}, handler: [work: 10ms]}
`;
    const simulation = compile(scenarioOf(text), { variant: '', seed: '' });
    const [server] = simulation.servers;
    const ended: string[] = [];
    const onBackground = server!.onBackground.bind(server);
    server!.onBackground = (child) => {
      const { context } = server!.exchanges.get(child.tag);
      ended.push(`${context.priority === 1 ? 'early' : 'late'} ${context.request} ${OUTCOMES[child.code]!.name} at ${simulation.now / MILLISECOND}`);
      onBackground(child);
    };
    simulation.run();
    expect(simulation.record().end).toEqual({ kind: 'completed' });
    return ended;
  }

  const early = ['early 0 ok at 10', 'early 1 ok at 20', 'early 2 ok at 30'];
  const turnedAway = ['late 0 queueFull at 1', 'late 1 queueFull at 1', 'late 2 queueFull at 1'];

  test.each([
    ['overflow: rejectNew', [...turnedAway, ...early]],
    ['overflow: dropOldest', ['early 1 queueFull at 1', 'early 2 queueFull at 1', 'late 0 queueFull at 1', 'early 0 ok at 10', 'late 1 ok at 20', 'late 2 ok at 30']],
    ['overflow: dropNewest', ['early 2 queueFull at 1', 'late 0 queueFull at 1', 'late 1 queueFull at 1', 'early 0 ok at 10', 'early 1 ok at 20', 'late 2 ok at 30']],
    ['overflow: dropLeastImportant', ['early 2 queueFull at 1', 'early 1 queueFull at 1', 'late 2 queueFull at 1', 'early 0 ok at 10', 'late 0 ok at 20', 'late 1 ok at 30']],
    // Those of the early are stale, those of the late are not: the third is turned away. At their turn they are.
    ['overflow: dropStale, maxWait: 900us', ['early 1 queueFull at 1', 'early 2 queueFull at 1', 'late 2 queueFull at 1', 'late 0 shed at 10', 'late 1 shed at 10', 'early 0 ok at 10']],
    ['overflow: dropStale, maxWait: 20ms', [...turnedAway, ...early]],
    ['maxWait: 15ms', [...turnedAway, 'early 0 ok at 10', 'early 2 shed at 20', 'early 1 ok at 20']],
    ['dropExpired: true', [...turnedAway, 'early 0 ok at 10', 'early 2 deadlineExceeded at 20', 'early 1 ok at 20']],
    ['maxWait: 20ms', [...turnedAway, ...early]],
  ])('of capacity 2, %s', (settings, expected) => {
    expect(outcomes(`capacity: 2, ${settings}`)).toEqual(expected);
  });
});
