/**
 * Goal: a link restores exactly the work it was made from, stays short, and a link that is broken in any way is refused
 * with a message instead of restoring something else.
 * Method: random works there and back; every truncation and random damage of real links; links made by hand that unpack
 * to the wrong shape or to too much.
 */
import * as fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { linkTo, openLink } from '../../web/share-link.ts';
import { THEMES } from '../../web/theme.ts';
import type { Work } from '../../web/work.ts';
import { property } from '../support/random-cases.ts';

/** Any characters at all. The ready-made ones (`unit: 'binary'`) first put all that exist into a table, which takes seconds. */
const character = fc.integer({ min: 0, max: 0x10ffff - 0x800 }).map((at) => String.fromCodePoint(at < 0xd800 ? at : at + 0x800));
const text = fc.string({ unit: character, maxLength: 300 });
const word = fc.string({ minLength: 1, maxLength: 20 });
const instant = fc.maxSafeNat();
const setup = fc.record({
  variant: text,
  // A key named __proto__ would set a prototype instead of a switch when the test builds its own object.
  switches: fc.dictionary(word.filter((key) => key !== '__proto__'), fc.boolean(), { noNullPrototype: true }),
  interventions: fc.array(fc.record({ atNs: instant, address: text, enabled: fc.boolean() }), { maxLength: 10 }),
});
const work: fc.Arbitrary<Work> = fc
  .record({
    scenario: word,
    text: fc.constant(''),
    seed: text,
    arms: fc.array(setup, { minLength: 1, maxLength: 4 }),
    timeNs: instant,
    speed: fc.double({ min: 0.1, max: 100, noNaN: true }),
    theme: fc.constantFrom(...THEMES),
    zoom: fc.option(fc.tuple(instant, instant).filter(([from, to]) => from < to).map(([fromNs, toNs]) => ({ fromNs, toNs }))),
    changeAt: fc.constantFrom('start', 'playhead'),
  })
  .chain((shipped) => fc.constantFrom(shipped, { ...shipped, text: shipped.scenario, scenario: '' }));

const example: Work = {
  scenario: 'retry-storm',
  text: '',
  seed: '42',
  arms: [
    { variant: 'unprotected', switches: { 'api/orders/circuitBreaker': false }, interventions: [] },
    { variant: 'breaker', switches: {}, interventions: [{ atNs: 34_200_000_000, address: 'faults/slowdown', enabled: false }] },
  ],
  timeNs: 48_000_000_000,
  speed: 4,
  theme: 'dark',
  zoom: { fromNs: 40_000_000_000, toNs: 90_000_000_000 },
  changeAt: 'playhead',
};

const linkOf = (json: string): string => `#s=1.${deflateRawSync(json).toString('base64url')}`;

describe('a share link', () => {
  property('restores what it was made from', [work], async (made) => {
    expect(await openLink(await linkTo(made))).toEqual({ kind: 'work', work: made });
  });

  test('of a shipped scenario is short', async () => {
    expect((await linkTo(example)).length).toBeLessThan(300);
  });

  test('that was cut off anywhere is refused', async () => {
    const link = await linkTo(example);
    for (let length = '#s=1.'.length; length < link.length; length++) {
      const opened = await openLink(link.slice(0, length));
      expect(opened).toMatchObject({ kind: 'bad', message: expect.stringContaining('damaged or was cut off') });
    }
  });

  const wrong = fc.constantFrom('A', 'B', 'x', 'y', '0', '9', '-', '_');

  property('with a wrong character is refused, or restores the same', [fc.nat(), wrong], async (place, character) => {
    const link = await linkTo(example);
    const at = '#s=1.'.length + (place % (link.length - '#s=1.'.length));
    const opened = await openLink(link.slice(0, at) + character + link.slice(at + 1));
    // Spare bits at the end of base64 carry nothing.
    if (opened.kind === 'work') expect(opened.work).toEqual(example);
    else expect(opened.kind).toBe('bad');
  }, 300);

  test.each([
    ['#', 'none'],
    ['', 'none'],
  ])('%j is no link', async (fragment, kind) => expect((await openLink(fragment)).kind).toBe(kind));

  test.each([
    ['#chapter-2', 'does not hold a Faultline session'],
    ['#s=pako.abc', 'does not hold a Faultline session'],
    ['#s=2.abc', 'another version of Faultline (link format 2'],
    ['#s=1.!!!', 'damaged'],
    ['#s=1.', 'damaged'],
    [linkOf('not json'), 'damaged'],
    [linkOf('[1,2]'), 'damaged'],
    [linkOf('{}'), 'damaged'],
    [linkOf(`["x","${'a'.repeat(5_000_000)}"]`), 'damaged'],
  ])('%.20s is refused: %s', async (fragment, message) => {
    expect(await openLink(fragment)).toMatchObject({ kind: 'bad', message: expect.stringContaining(message) });
  });

  const wrongShapes: readonly (readonly [string, object])[] = [
    ['no arms', { arms: [] }],
    ['too many arms', { arms: Array.from({ length: 5 }, () => example.arms[0]) }],
    ['negative time', { timeNs: -1 }],
    ['fractional time', { timeNs: 0.5 }],
    ['speed out of range', { speed: 1000 }],
    ['unknown theme', { theme: 'pink' }],
  ];
  test.each(wrongShapes)('with %s is refused', async (_, wrong) => {
    const opened = await openLink(await linkTo({ ...example, ...wrong }));
    expect(opened).toMatchObject({ kind: 'bad', message: expect.stringContaining('does not hold') });
  });
});
