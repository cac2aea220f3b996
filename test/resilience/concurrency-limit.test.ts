/**
 * Goal: adaptive concurrency limits move as the originals do, and the limiter around them lets no more through.
 * Method: AIMD and Gradient2 are fed what the real programs were fed, and must answer the same in every line; Vegas and
 * Envoy's controller are compared with their formulas; the limiter is driven through the real runtime.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aimd, Aimd } from '../../sim/resilience/concurrency-limit/aimd.ts';
import type { LimitAlgorithm } from '../../sim/resilience/concurrency-limit/concurrency-limiter.ts';
import { envoyGradient, EnvoyGradient } from '../../sim/resilience/concurrency-limit/envoy-gradient.ts';
import { gradient2, Gradient2 } from '../../sim/resilience/concurrency-limit/gradient2.ts';
import { Vegas, vegas } from '../../sim/resilience/concurrency-limit/vegas.ts';
import { type Effects, NO_GAUGES } from '../../sim/resilience/pattern.ts';
import { type Given, valuesFor } from '../support/pattern-values.ts';
import { fails, inTurn, MS, ok, type Script, SECONDS, TestWorld } from '../support/resilience-harness.ts';

const host = { index: 0, gauges: NO_GAUGES };

/** Effects of which algorithms use the clock and chance only. */
class TestEffects {
  now = 0;
  uniform = 0.5;
  uniformLayer(): number {
    return this.uniform;
  }
}

describe('as the real programs', () => {
  const lines = readFileSync(new URL('../golden/concurrency-limits/limits.txt', import.meta.url), 'utf8').trim().split('\n');
  const algorithms: Readonly<Record<string, (settings: readonly number[]) => LimitAlgorithm>> = {
    aimd: ([initialLimit, minLimit, maxLimit, backoffRatio, timeout]) =>
      new Aimd(valuesFor(aimd, { initialLimit, minLimit, maxLimit, backoffRatio, timeout }) as never),
    gradient2: ([initialLimit, minLimit, maxConcurrency, smoothing, queueSize, longWindow, rttTolerance]) =>
      new Gradient2(valuesFor(gradient2, { initialLimit, minLimit, maxConcurrency, smoothing, queueSize, longWindow, rttTolerance }) as never),
  };

  test('there are 30 traces of each, in which limits rise and fall', () => {
    const kinds = lines.filter((line) => !line.startsWith('u ')).map((line) => line.split(' ')[0]);
    expect([kinds.filter((kind) => kind === 'aimd').length, kinds.filter((kind) => kind === 'gradient2').length]).toEqual([30, 30]);
    expect(lines).toHaveLength(7260);
  });

  test('every line is the same', () => {
    let algorithm: LimitAlgorithm | undefined;
    const fx = new TestEffects() as unknown as Effects;
    const replayed = lines.map((line) => {
      const [kind, ...numbers] = line.split(' => ')[0]!.split(' ');
      if (kind !== 'u') {
        algorithm = algorithms[kind!]!(numbers.map(Number));
        return line;
      }
      const [startNs, rttNs, inFlight, dropped] = numbers.map(Number);
      algorithm!.sample(startNs!, rttNs!, inFlight!, dropped === 1, fx);
      return `${line.split(' => ')[0]} => ${algorithm!.limit}`;
    });
    expect(replayed).toEqual(lines);
  });
});

describe('Vegas', () => {
  function limits(values: Given, samples: readonly (readonly [rttMs: number, inFlight: number, dropped?: boolean])[], fx = new TestEffects()): number[] {
    const algorithm = new Vegas(valuesFor(vegas, { probeMultiplier: Infinity, ...values }) as never, host);
    return samples.map(([rttMs, inFlight, dropped = false]) => {
      algorithm.sample(0, rttMs * MS, inFlight, dropped, fx as unknown as Effects);
      return algorithm.limit;
    });
  }

  test('up to a queue of lg L the limit grows by 6 lg L, below 3 lg L by lg L, up to 6 lg L it stays, above it falls', () => {
    // With a limit of 100 the unit is 2, and a queue of q means a time of 10 / (1 - q / 100) ms.
    const after = (queue: number): number => limits({ initialLimit: 100 }, [[10, 100], [Math.max(10, 10 / (1 - queue / 100) - 0.001), 100]])[1]!;
    expect([0, 2, 3, 5, 6, 12, 13].map(after)).toEqual([112, 112, 102, 102, 100, 100, 98]);
  });

  test('drops lower it; the first sample, a new shortest time and a half empty limit leave it', () => {
    expect(limits({}, [[10, 20], [10, 20, true]])).toEqual([20, 19]);
    expect(limits({}, [[10, 20], [9, 20]])).toEqual([20, 20]);
    expect(limits({}, [[10, 20], [10, 9]])).toEqual([20, 20]);
    expect(limits({}, [[10, 20], [10, 10]])).toEqual([20, 26]);
  });

  test('it stays between 1 and the maximum, and smoothing makes a part of each change', () => {
    expect(limits({ initialLimit: 2 }, [[10, 2], [10, 2, true], [10, 2, true]])).toEqual([2, 1, 1]);
    expect(limits({ maxConcurrency: 22 }, [[10, 20], [10, 20]])).toEqual([20, 22]);
    expect(limits({ smoothing: 0.5 }, [[10, 20], [10, 20]])).toEqual([20, 23]);
  });

  test('the shortest time is measured anew after half to all of 30 samples for each call of the limit', () => {
    const samples = Array.from({ length: 450 }, () => [20, 1] as const);
    // 0.75 * 30 * 20 samples; from then on twenty milliseconds are no queue.
    const measured = limits({ probeMultiplier: 30 }, [[10, 1], ...samples, [20, 20]]);
    expect(measured.at(-1)).toBe(26);
    expect(limits({ probeMultiplier: 30 }, [[10, 1], ...samples.slice(0, 440), [20, 20]]).at(-1)).toBe(19);
  });
});

describe('Envoy', () => {
  const values = { requestCount: 2, concurrencyUpdateInterval: 100 * MS, minRttInterval: SECONDS };

  class Controller {
    readonly fx = new TestEffects();
    readonly #algorithm: EnvoyGradient;

    constructor(given: Given = {}) {
      this.#algorithm = new EnvoyGradient(valuesFor(envoyGradient, { ...values, ...given }) as never, host);
    }

    /** Answers that arrive at an instant. @returns the limit */
    at(atMs: number, ...rttsMs: readonly number[]): number {
      this.fx.now = atMs * MS;
      this.#algorithm.advance(this.fx as unknown as Effects);
      for (const rtt of rttsMs) this.#algorithm.sample((atMs - rtt) * MS, rtt * MS, 1, false, this.fx as unknown as Effects);
      return this.#algorithm.limit;
    }
  }

  test('windows follow the gradient, between a half and two, with headroom of its root', () => {
    const controller = new Controller();
    expect(controller.at(10, 10, 10)).toBe(3);
    // 12.5 / 10: 3 * 1.25 = 3.75, and 1.94 of headroom.
    expect(controller.at(60, 10, 10, 10)).toBe(3);
    expect(controller.at(110)).toBe(5);
    controller.at(120, 2, 2);
    // Twice at most: 10 + 3.16.
    expect(controller.at(210)).toBe(13);
    controller.at(220, 100);
    // A half at least: 6.5 + 2.55.
    expect(controller.at(310)).toBe(9);
    // A window without samples changes nothing.
    expect(controller.at(900)).toBe(9);
  });

  test('a measurement holds the limit at its lowest, counts only calls that began within it, and then returns', () => {
    const controller = new Controller();
    controller.at(10, 10, 10);
    controller.at(60, 10);
    expect(controller.at(110)).toBe(5);
    // The interval of a second is longer by half of the jitter of 15 %.
    expect(controller.at(1084)).toBe(5);
    expect(controller.at(1085)).toBe(3);
    expect(controller.at(1090, 20, 20, 20)).toBe(3);
    expect(controller.at(1125, 20, 30)).toBe(5);
    controller.at(1150, 25);
    // 1.25 * 20 / 25 = 1: only the headroom is added.
    expect(controller.at(1225)).toBe(7);
  });

  test('five windows in a row at the lowest limit begin a measurement', () => {
    const controller = new Controller({ minRttInterval: 1000 * SECONDS });
    controller.at(2010, 10, 10);
    for (let window = 0; window < 5; window++) {
      expect(controller.at(2020 + 100 * window, 1000)).toBe(3);
    }
    controller.at(2520);
    // The time without load is learned anew: a hundred times as long is now normal.
    expect(controller.at(4600, 1000, 1000)).toBe(3);
    controller.at(4650, 1000);
    expect(controller.at(4700)).toBe(5);
  });
});

describe('the limiter', () => {
  const play = (script: Script, ...atMs: readonly number[]): TestWorld => {
    const t = new TestWorld();
    const first = t.build([{ of: aimd, with: { initialLimit: 2, minLimit: 1, droppedBy: ['timeout'] } }], script);
    t.callAt(first, ...atMs);
    return t.run();
  };

  test('rejects beyond the limit, which grows with successes under load and falls with drops', () => {
    const t = play(inTurn(ok(10), ok(10), fails(5, 'timeout'), ok(10)), 0, 0, 0, 20, 20, 20, 20);
    expect(t.outcomes).toEqual(['ok', 'ok', 'shed', 'timeout', 'ok', 'ok', 'ok']);
    expect(t.marks('rejected')).toBe(1);
    expect(t.marks('limitChanged')).toBe(2 + 1 + 3);
  });

  test('other failures and cancels give the place back and change nothing', () => {
    const t = new TestWorld();
    const first = t.build([{ of: aimd, with: { initialLimit: 2, minLimit: 1, droppedBy: ['timeout'] } }], inTurn(fails(10, 'error'), ok(50)));
    t.callAt(first, 0);
    t.call(first, { atNs: 0, cancelAtNs: 5 * MS });
    t.callAt(first, 6, 7);
    expect(t.run().endings).toEqual(['10 error', '5 gaveUp', '56 ok', '7 shed']);
  });
});
