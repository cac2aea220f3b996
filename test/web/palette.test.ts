/**
 * Goal: every colour can be seen and told apart, by everybody, in both themes.
 * Method: the colours are read from the style sheet itself; contrast by WCAG, distances by CIEDE2000 for normal and three
 * kinds of colour-blind vision. The formulas are checked on published pairs first.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ARM_COLOURS } from '../../web/palette.ts';
import { OUTCOME_CLASSES } from '../../web/outcome-class.ts';
import { contrast, distance, labDistance, parseHex, type Rgb, seenWith, VISION } from './support/colour.ts';

const css = readFileSync(new URL('../../web/style/tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+):\s*light-dark\((#[\da-f]{6}),\s*(#[\da-f]{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);

type Theme = 'light' | 'dark';
const THEMES: readonly Theme[] = ['light', 'dark'];
function colour(name: string, theme: Theme): Rgb {
  const token = tokens.get(name);
  if (token === undefined) throw new Error(`there is no colour --${name}`);
  return parseHex(token[theme]);
}

test('the formulas agree with published values', () => {
  // Pairs 1, 7, 17 and 25 of the data of Sharma, Wu and Dalal.
  expect(labDistance([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
  expect(labDistance([50, 0, 0], [50, -1, 2])).toBeCloseTo(2.3669, 4);
  expect(labDistance([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4);
  expect(labDistance([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4);
  expect(contrast(parseHex('#000000'), parseHex('#ffffff'))).toBe(21);
  expect(contrast(parseHex('#777777'), parseHex('#ffffff'))).toBeCloseTo(4.48, 2);
});

const outcomes = [...OUTCOME_CLASSES.map((each) => each.colour as string), 'wasted'];

describe.each(THEMES)('in the %s theme', (theme) => {
  test.each([...outcomes, ...ARM_COLOURS, 'busy', 'queue', 'fault', 'edge', 'focus'])('%s stands out from the panel', (name) => {
    expect(contrast(colour(name, theme), colour('panel', theme))).toBeGreaterThanOrEqual(3);
  });

  test.each(['edge', 'focus', 'ok', 'fault'])('%s, of controls, stands out from everything that it lies on', (name) => {
    const contrasts = ['panel', 'raised', 'field'].map((ground) => contrast(colour(name, theme), colour(ground, theme)));
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(3);
  });

  test.each(['ink', 'muted', 'danger'])('text in %s can be read on every ground', (name) => {
    const grounds = ['page', 'panel', 'raised', 'field', 'hover'];
    const contrasts = grounds.map((ground) => contrast(colour(name, theme), colour(ground, theme)));
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.entries(VISION))('outcomes and arms can be told apart with %s vision', (_, matrix) => {
    const least = (names: readonly string[]): number => {
      const seen = names.map((name) => seenWith(matrix, colour(name, theme)));
      return Math.min(...seen.flatMap((a, at) => seen.slice(at + 1).map((b) => distance(a, b))));
    };
    expect(least(outcomes)).toBeGreaterThan(theme === 'light' ? 15.5 : 19);
    expect(least(ARM_COLOURS)).toBeGreaterThan(theme === 'light' ? 23.5 : 20.5);
  });
});
