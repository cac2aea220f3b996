/**
 * Goal: the consecutive breaker is, with the right parameters, the breaker of each of the four chapters, and its own
 * parameters do what they say.
 *
 * Method: traces made by hand from the chapters' programs, with overlapping calls; then random traces through ours and
 * through plain programs that follow the chapters step by step. Times are milliseconds; all of these breakers open with
 * three failures and recover after 100 ms.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consecutiveBreaker } from '../../sim/resilience/consecutive-breaker.ts';
import { fallback } from '../../sim/resilience/fallback.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { type ChapterBreaker, chapterBreakers } from '../support/chapter-breakers.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { fails, inTurn, type LayerSpec, MS, ok, TestWorld } from '../support/resilience-harness.ts';

const FAILURE_THRESHOLD = 3;
const RECOVERY_MS = 100;

function layerOf(values: Given): LayerSpec {
  return { of: consecutiveBreaker, with: { failureThreshold: FAILURE_THRESHOLD, recoveryTimeout: RECOVERY_MS * MS, ...values } };
}

interface ScriptedCall {
  readonly atMs: number;
  readonly takesMs: number;
  readonly fails: boolean;
}

/** `10+5 fails`: arrives at 10, takes 5, fails. */
function scripted(...lines: readonly string[]): ScriptedCall[] {
  return lines.map((line) => {
    const [, at, takes, ending] = /^(\d+)\+(\d+) (fails|works)$/.exec(line)!;
    return { atMs: Number(at), takesMs: Number(takes), fails: ending === 'fails' };
  });
}

function play(layers: readonly LayerSpec[], calls: readonly ScriptedCall[]): TestWorld {
  const t = new TestWorld();
  const first = t.build(layers, (_, call) => {
    const { request } = (call as unknown as { context: { request: number } }).context;
    const { takesMs, fails } = calls[request]!;
    return { afterNs: takesMs * MS, code: fails ? Outcome.error : Outcome.ok };
  });
  t.callAt(first, ...calls.map(({ atMs }) => atMs));
  return t.run();
}

const { phaseFive, reliabilityEngineering, chapterEight, reliabilityAndResilience } = chapterBreakers;
const all: readonly ChapterBreaker[] = Object.values(chapterBreakers);

/** Three failures that open the breaker at 25. */
const opening = ['0+5 fails', '10+5 fails', '20+5 fails'] as const;

function transitions({ params }: ChapterBreaker, ...lines: readonly string[]): string[] {
  return play([layerOf(params)], scripted(...lines)).transitions;
}

describe('traces by hand', () => {
  test.each(all)('$chapter: three failures in a row open it, and calls are rejected until it recovers', ({ params }) => {
    const t = play([layerOf(params)], scripted(...opening, '26+5 works', '124+5 works', '126+5 works'));
    expect(t.outcomes).toEqual(['error', 'error', 'error', 'breakerOpen', 'breakerOpen', 'ok']);
    expect(t.transitions.slice(0, 2)).toEqual(['25 opened', '126 halfOpened']);
    expect(t.marks('rejected')).toBe(2);
  });

  test('exactly after the recovery timeout a call passes in three chapters; one wants it exceeded', () => {
    const trial = [...opening, '125+5 fails'];
    expect(all.map((breaker) => transitions(breaker, ...trial)[1])).toEqual(['125 halfOpened', undefined, '125 halfOpened', '125 halfOpened']);
  });

  test('a success between failures makes them count anew, except in Reliability Engineering', () => {
    const interrupted = ['0+5 fails', '10+5 fails', '20+5 works', '30+5 fails', '40+5 fails'];
    expect(transitions(reliabilityEngineering, ...interrupted)).toEqual(['35 opened']);
    for (const breaker of [phaseFive, chapterEight, reliabilityAndResilience]) expect(transitions(breaker, ...interrupted)).toEqual([]);
  });

  test('one good trial closes it; chapter 8 wants two', () => {
    const recovery = [...opening, '130+5 works', '140+5 works', '150+5 fails'];
    for (const breaker of [phaseFive, reliabilityEngineering, reliabilityAndResilience]) {
      expect(transitions(breaker, ...recovery)).toEqual(['25 opened', '130 halfOpened', '135 closed']);
    }
    expect(transitions(chapterEight, ...recovery)).toEqual(['25 opened', '130 halfOpened', '145 closed']);
  });

  test('a failed trial opens it again, for the whole recovery timeout', () => {
    for (const breaker of all) {
      expect(transitions(breaker, ...opening, '130+5 fails', '200+5 works', '236+5 works')).toEqual([
        '25 opened', '130 halfOpened', '135 opened', '236 halfOpened', ...(breaker === chapterEight ? [] : ['241 closed']),
      ]);
    }
  });

  test('after one good trial of two, a failure opens the breaker of chapter 8, and both trials are needed again', () => {
    expect(transitions(chapterEight, ...opening, '130+5 works', '140+5 fails', '250+5 works', '260+5 works')).toEqual([
      '25 opened', '130 halfOpened', '145 opened', '250 halfOpened', '265 closed',
    ]);
  });

  test('half-open, any number of calls may pass at once: the first verdict decides', () => {
    const trials = [...opening, '130+10 works', '131+5 fails', '132+1 works', '137+1 works'];
    expect(transitions(reliabilityAndResilience, ...trials)).toEqual(['25 opened', '130 halfOpened', '133 closed']);
    expect(transitions(chapterEight, ...trials)).toEqual(['25 opened', '130 halfOpened', '136 opened']);
  });

  test('a late failure while open prolongs the pause', () => {
    for (const breaker of all) {
      expect(transitions(breaker, '0+60 fails', ...opening, '130+5 works', '161+5 works')).toEqual(['25 opened', '161 halfOpened', ...(breaker === chapterEight ? [] : ['166 closed'])]);
    }
  });

  test('after a late success a late failure prolongs the pause of chapter 8 no more, but that of the others', () => {
    const late = ['0+50 works', '0+60 fails', ...opening, '130+1 works', '140+1 works', '165+1 works'];
    expect(transitions(chapterEight, ...late)).toEqual(['25 opened', '130 halfOpened', '141 closed']);
    for (const breaker of [phaseFive, reliabilityEngineering, reliabilityAndResilience]) {
      expect(transitions(breaker, ...late)).toEqual(['25 opened', '165 halfOpened', '166 closed']);
    }
  });

  test('after a late success a failed trial leaves the breaker of Phase 5 half-open, until failures have added up', () => {
    const late = ['0+50 works', ...opening, '130+1 fails', '140+1 fails', '150+1 fails', '160+1 works'];
    expect(transitions(phaseFive, ...late)).toEqual(['25 opened', '130 halfOpened', '151 opened']);
    expect(transitions(reliabilityAndResilience, ...late)).toEqual(['25 opened', '130 halfOpened', '131 opened']);
  });

  test('the fallback of Phase 5 and chapter 8 is for an open breaker only, that of Reliability & Resilience for any failure', () => {
    const calls = scripted(...opening, '30+5 works');
    const outcomes = (breaker: ChapterBreaker, on?: readonly string[]): string[] =>
      play([{ of: fallback, with: on === undefined ? {} : { on } }, layerOf(breaker.params)], calls).outcomes;
    expect(outcomes(phaseFive, ['breakerOpen'])).toEqual(['error', 'error', 'error', 'degraded']);
    expect(outcomes(chapterEight, ['breakerOpen'])).toEqual(['error', 'error', 'error', 'degraded']);
    expect(outcomes(reliabilityAndResilience)).toEqual(['degraded', 'degraded', 'degraded', 'degraded']);
  });
});

describe(`random traces, seed ${fuzzSeed}`, () => {
  const calls = fc
    .array(
      fc.record({
        gapMs: fc.oneof(fc.nat(30), fc.constantFrom(0, 100, 101)),
        takesMs: fc.oneof(fc.nat(60), fc.constantFrom(0, 100, 200)),
        fails: fc.boolean(),
      }),
      { minLength: 5, maxLength: 40, size: 'max' },
    )
    .map((steps) => {
      let atMs = 0;
      return steps.map(({ gapMs, ...rest }) => ({ atMs: (atMs += gapMs), ...rest }));
    });

  test.each(all)('$chapter', (chapter) => {
    let rejected = 0;
    const property = fc.property(calls, (calls) => {
      const t = play([layerOf(chapter.params)], calls);
      const expected = playPlain(chapter.plain(FAILURE_THRESHOLD, RECOVERY_MS), calls);
      expect(t.outcomes).toEqual(expected);
      rejected += expected.filter((outcome) => outcome === 'breakerOpen').length;
    });
    fc.assert(property, cases(300));
    expect(rejected).toBeGreaterThan(scaled(300));
  });

  function playPlain(breaker: ReturnType<ChapterBreaker['plain']>, calls: readonly ScriptedCall[]): string[] {
    const t = new TestWorld();
    const outcomes: string[] = [];
    calls.forEach(({ atMs, takesMs, fails }, i) => {
      const end = (): void => {
        outcomes[i] = fails ? 'error' : 'ok';
        if (fails) breaker.failed(t.now / MS);
        else breaker.succeeded(t.now / MS);
      };
      t.at(atMs * MS, () => {
        if (!breaker.admits(atMs)) outcomes[i] = 'breakerOpen';
        else if (takesMs === 0) end();
        else t.at((atMs + takesMs) * MS, end);
      });
    });
    t.run();
    return outcomes;
  }
});

describe('parameters of its own', () => {
  test('at most trialCalls calls are under way while half-open, and a returned one makes room', () => {
    const t = play([layerOf({ trialCalls: 2, successThreshold: 3 })], scripted(...opening, '130+10 works', '131+10 works', '132+1 works', '141+5 works', '143+5 works'));
    expect(t.outcomes.slice(3)).toEqual(['ok', 'ok', 'breakerOpen', 'ok', 'ok']);
    expect(t.transitions.at(-1)).toBe('146 closed');
  });

  test('a trial call that its user gives up returns its place and decides nothing', () => {
    const t = new TestWorld();
    const first = t.build([layerOf({ trialCalls: 1 })], inTurn(fails(5), fails(5), fails(5), ok(50)));
    t.callAt(first, 0, 10, 20);
    t.call(first, { atNs: 130 * MS, cancelAtNs: 135 * MS });
    t.callAt(first, 134, 136);
    t.run();
    expect(t.outcomes.slice(3)).toEqual(['gaveUp', 'breakerOpen', 'ok']);
    expect(t.transitions).toEqual(['25 opened', '130 halfOpened', '186 closed']);
  });

  test('trials of an earlier half-open period take no places in the next one', () => {
    const t = play([layerOf({ trialCalls: 2 })], scripted(...opening, '130+200 works', '131+5 fails', '240+5 works', '241+5 works', '242+5 works'));
    expect(t.outcomes.slice(3)).toEqual(['ok', 'error', 'ok', 'ok', 'breakerOpen']);
  });

  test('with lateResults ignore, a call from before the break neither prolongs it nor closes a half-open breaker', () => {
    const late = ['0+60 fails', '0+140 works', ...opening, '130+20 works'];
    const ignoring = { lateResults: 'ignore', recoveryFrom: 'lastFailure' };
    expect(play([layerOf(ignoring)], scripted(...late)).transitions).toEqual(['25 opened', '130 halfOpened', '150 closed']);
    expect(play([layerOf({})], scripted('0+140 works', ...opening, '130+20 works')).transitions).toEqual(['25 opened', '130 halfOpened', '140 closed']);
  });

  test('a bad request says nothing bad about the callee', () => {
    const t = new TestWorld();
    t.callAt(t.build([layerOf({})], inTurn(fails(1, 'badRequest'))), 0, 10, 20, 30);
    expect(t.run().transitions).toEqual([]);
  });
});
