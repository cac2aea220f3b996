/**
 * Goal: what was sent in frames can be read back, whatever the sizes of the frames, and the first divergence is found.
 * Method: random rows cut into random frames, read back cell by cell; one changed digest word in a copy.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../sim/worker/protocol.ts';
import { firstDivergence, Recording } from '../../web/arm/recording.ts';
import { property } from '../support/random-cases.ts';
import { emptySystem } from './support/systems.ts';

const series = [
  { address: 'c', name: 'ok', kind: 'counter', quantity: 'count' },
  { address: 'c', name: 'latencyP50', kind: 'gauge', quantity: 'durationNs' },
] as const;

function recordingOf(frames: readonly Frame[]): Recording {
  const recording = new Recording({ system: emptySystem, series, buckets: 1000 });
  frames.forEach((frame) => recording.append(frame));
  return recording;
}

/** Frames of the given lengths over cells that say where they are. */
function framesOf(lengths: readonly number[], changedBucket = -1): Frame[] {
  let first = 0;
  return lengths.map((buckets) => {
    const firstBucket = first;
    first += buckets;
    const digests = Int32Array.from({ length: buckets * 2 }, (_, at) => (firstBucket * 2 + at) * 7);
    const changed = (changedBucket - firstBucket) * 2 + 1;
    if (changedBucket >= firstBucket && changed < digests.length) digests[changed]! ^= 1;
    return {
      type: 'frame',
      epoch: 1,
      firstBucket,
      buckets,
      rows: Float64Array.from({ length: buckets * 2 }, (_, at) => firstBucket * 2 + at),
      bucketDigests: digests,
      events: [{ atNs: firstBucket, address: 'c', kind: 'onset', what: 'queueFull' }],
    };
  });
}

const lengths = fc.array(fc.nat(90), { minLength: 1, maxLength: 20 });

describe('a recording', () => {
  property('gives back every cell of its frames', [lengths], (frameLengths) => {
    const recording = recordingOf(framesOf(frameLengths));
    const buckets = frameLengths.reduce((sum, length) => sum + length, 0);
    expect(recording.buckets).toBe(buckets);
    expect(recording.events).toHaveLength(frameLengths.length);
    const cells = Array.from({ length: buckets * 2 }, (_, at) => recording.value(at % 2, at >> 1));
    expect(cells).toEqual(cells.map((_, at) => at));
    expect(recording.value(0, buckets)).toBeNaN();
  });

  property('finds the first bucket that differs', [lengths, lengths, fc.nat(1800)], (left, right, changed) => {
    const a = recordingOf(framesOf(left));
    const b = recordingOf(framesOf(right, changed));
    const shared = Math.min(a.buckets, b.buckets);
    expect(firstDivergence(a, b)).toBe(changed < shared ? changed : -1);
  });

  test('refuses a gap', () => {
    const [, second] = framesOf([3, 4]);
    expect(() => recordingOf([second!])).toThrow('begins at bucket 3');
  });

  test('knows its columns', () => {
    const recording = recordingOf(framesOf([2]));
    expect(recording.column('c', 'latencyP50')).toBe(1);
    expect(recording.column('c', 'nothing')).toBe(-1);
    expect(recording.columns(['c', 'd'], 'ok')).toEqual([0]);
    expect(recording.sum([0, -1], 1)).toBe(2);
    expect(recording.sum([0], 2)).toBeNaN();
    expect(recording.bucketAt(1e15)).toBe(1);
  });
});
