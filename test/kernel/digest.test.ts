/*
 * Goal: two histories that differ anywhere have different fingerprints.
 * Method: one history of 400 events is edited in every small way that a bug could edit it: each bit of each field flipped,
 * events swapped, fields shifted by one, pairs of top bits flipped, events left out or doubled. No two of the fingerprints
 * may be equal. Word-wise FNV-1a, put through the same edits, must collide on a large part of them.
 */
import { describe, expect, test } from 'vitest';
import { Digest } from '../../sim/kernel/digest.ts';

interface Event {
  readonly time: number;
  readonly k: number;
  readonly a: number;
}

const TIME_BITS = 52;

describe('98,000 small edits of one history', () => {
  const edits = editsOf(history(400));

  test('have as many fingerprints', () => {
    const digest = new Digest();
    const fingerprints = edits.map((events) => {
      digest.reset();
      for (const { time, k, a } of events) digest.absorb(time, k, a);
      return digest.hex();
    });
    expect(edits.length).toBeGreaterThan(98_000);
    expect(new Set(fingerprints).size).toBe(edits.length);
    // Each half alone is a hash of 32 bits: of so many, 1.1 are expected to meet.
    for (const half of [0, 8]) {
      expect(edits.length - new Set(fingerprints.map((hex) => hex.slice(half, half + 8))).size).toBeLessThan(8);
    }
  }, 60_000);

  test('collide by the thousand in a hash that never rotates', () => {
    const fingerprints = edits.map((events) => {
      let [p, q] = [0x811c9dc5, 0x01000193];
      for (const { time, k, a } of events) {
        for (const word of [time | 0, (time / 2 ** 32) | 0, k, a]) {
          p = Math.imul(p ^ word, 0x01000193);
          q = Math.imul(q ^ word, 0x85ebca6b);
        }
      }
      return `${p},${q}`;
    });
    expect(edits.length - new Set(fingerprints).size).toBeGreaterThan(1000);
  }, 60_000);
});

test('is 16 hexadecimal digits, the same in every version', () => {
  const digest = new Digest();
  const empty = digest.hex();
  expect(empty).toMatch(/^[0-9a-f]{16}$/);
  digest.absorb(Number.MAX_SAFE_INTEGER, -1, 0x7fffffff);
  digest.absorbRequest(1, 2, 3e15, 4, 5);
  expect(digest.hex()).toBe('8623da74858125da');
  digest.reset();
  expect(digest.hex()).toBe(empty);
});

test('counts events even if all their fields are zero', () => {
  const digest = new Digest();
  const seen = new Set([digest.hex()]);
  for (let i = 0; i < 1000; i++) {
    digest.absorb(0, 0, 0);
    seen.add(digest.hex());
  }
  expect(seen.size).toBe(1001);
});

test('tells the fields of a settled request apart', () => {
  const fields = [11, 22, 33, 44, 55] as const;
  const fingerprints = new Set<string>();
  for (let i = 0; i <= fields.length; i++) {
    const [number, requestClass, settledAtNs, code, quality] = fields.map((field, j) => (j === i ? field + 1 : field));
    const digest = new Digest();
    digest.absorbRequest(number!, requestClass!, settledAtNs!, code!, quality!);
    fingerprints.add(digest.hex());
  }
  expect(fingerprints.size).toBe(fields.length + 1);
});

function history(length: number): Event[] {
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  let time = 0;
  return Array.from({ length }, () => {
    time += next() % 50_000_000;
    return { time, k: ((next() >>> 16) % 40 << 8) | ((next() >>> 16) % 10), a: (next() >>> 16) % 5000 };
  });
}

function editsOf(events: readonly Event[]): (readonly Event[])[] {
  const edits: (readonly Event[])[] = [];
  const edit = (i: number, change: (event: Event) => Event): Event[] => events.with(i, change(events[i]!));
  for (let i = 0; i < events.length; i++) {
    for (let bit = 0; bit < TIME_BITS; bit++) edits.push(edit(i, (e) => ({ ...e, time: flipTimeBit(e.time, bit) })));
    for (let bit = 0; bit < 32; bit++) {
      edits.push(edit(i, (e) => ({ ...e, k: e.k ^ (1 << bit) })));
      edits.push(edit(i, (e) => ({ ...e, a: e.a ^ (1 << bit) })));
    }
    edits.push(events.toSpliced(i, 1), events.toSpliced(i, 0, events[i]!));
  }
  // Top bits of two events at once: where multiplication alone fails.
  for (let i = 0; i < events.length; i++) {
    for (let j = i + 1; j < Math.min(i + 140, events.length); j++) {
      edits.push(edit(i, (e) => ({ ...e, a: e.a ^ 0x80000000 })).with(j, { ...events[j]!, a: events[j]!.a ^ 0x80000000 }));
    }
  }
  for (let i = 0; i + 1 < events.length; i++) {
    for (let distance = 1; distance <= 10 && i + distance < events.length; distance++) {
      edits.push(events.with(i, events[i + distance]!).with(i + distance, events[i]!));
    }
    for (const by of [-2, -1, 1, 2]) {
      edits.push(edit(i, (e) => ({ ...e, a: e.a + by })).with(i + 1, { ...events[i + 1]!, a: events[i + 1]!.a - by }));
    }
  }
  return edits;
}

function flipTimeBit(time: number, bit: number): number {
  const power = 2 ** bit;
  return Math.floor(time / power) % 2 === 1 ? time - power : time + power;
}
