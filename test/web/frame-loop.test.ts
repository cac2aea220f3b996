/**
 * Goal: what must move moves in every frame, what can wait never makes a frame long, and a still page asks for no frames.
 * Method: a clock in the hands of the test that counts the frames asked for, with tasks that take known time.
 */
import { describe, expect, test } from 'vitest';
import { FrameLoop } from '../../web/frame-loop.ts';

function handClock(): { loop: FrameLoop; frame: (ms?: number) => void; asked: () => boolean; spend: (ms: number) => void } {
  let now = 0;
  let next: ((nowMs: number) => void) | null = null;
  const loop = new FrameLoop({
    requestFrame: (callback) => {
      next = callback;
    },
    now: () => now,
  });
  return {
    loop,
    asked: () => next !== null,
    spend: (ms) => {
      now += ms;
    },
    frame: (ms = 16) => {
      now += ms;
      const callback = next;
      next = null;
      callback?.(now);
    },
  };
}

describe('the frame loop', () => {
  test('runs a task once however often it was asked for, and then rests', () => {
    const { loop, frame, asked } = handClock();
    const log: string[] = [];
    const task = (): void => void log.push('task');
    loop.soon(task);
    loop.soon(task);
    frame();
    expect(log).toEqual(['task']);
    expect(asked()).toBe(false);
  });

  test('spreads long tasks over frames, one at least in each, in order', () => {
    const { loop, frame, spend, asked } = handClock();
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      loop.later(() => {
        spend(10);
        log.push(name);
      });
    }
    frame();
    expect(log).toEqual(['a']);
    frame();
    frame();
    expect(log).toEqual(['a', 'b', 'c']);
    expect(asked()).toBe(false);
  });

  test('does several short tasks in one frame', () => {
    const { loop, frame, spend } = handClock();
    let done = 0;
    for (let task = 0; task < 3; task++) {
      loop.later(() => {
        spend(1);
        done++;
      });
    }
    frame();
    expect(done).toBe(3);
  });

  test('a task that asks for itself comes again in the next frame, after those that wait', () => {
    const { loop, frame, spend } = handClock();
    const log: string[] = [];
    const greedy = (): void => {
      spend(10);
      log.push('greedy');
      loop.later(greedy);
    };
    loop.later(greedy);
    loop.later(() => {
      spend(10);
      log.push('patient');
    });
    frame();
    frame();
    frame();
    expect(log).toEqual(['greedy', 'patient', 'greedy']);
  });

  test('animates with the time that has passed, but never jumps', () => {
    const { loop, frame, asked } = handClock();
    const steps: number[] = [];
    loop.animate((wallMs) => void steps.push(wallMs));
    frame();
    frame();
    frame(20);
    frame(60_000);
    expect(steps).toEqual([0, 16, 20, 100]);
    loop.animate(null);
    frame();
    expect(asked()).toBe(false);
    expect(steps).toHaveLength(4);
  });

  test('a paced task runs at once, then at most so often, and last of all for who asked last', () => {
    const { loop, frame, asked } = handClock();
    let value = 0;
    const seen: number[] = [];
    const paced = loop.paced(50, () => void seen.push(value));
    for (value = 1; value <= 8; value++) {
      paced.ask();
      frame(16);
    }
    expect(seen).toEqual([1, 5]);
    value = 9;
    while (asked()) frame(16);
    expect(seen).toEqual([1, 5, 9]);
  });

  test('forgets a task', () => {
    const { loop, frame } = handClock();
    let ran = false;
    const task = (): void => {
      ran = true;
    };
    loop.soon(task);
    loop.later(task);
    loop.forget(task);
    frame();
    expect(ran).toBe(false);
  });
});
