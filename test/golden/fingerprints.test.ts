/**
 * Goal: nothing changes what the shipped scenarios show without somebody having seen it.
 * Method: the fingerprints of every variant at the seed of its file, beside a few numbers that a person can judge, are
 * kept in fingerprints.txt and compared. `npm run golden` writes the file anew.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatValue } from '../../sim/cli/format-value.ts';
import { textTable } from '../../sim/cli/reporters/table.ts';
import { metricByName } from '../../sim/telemetry/metrics/registry.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { recordOf, WHOLE } from '../determinism/prints.ts';
import { documentOf } from '../support/run-scenario.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';

const path = fileURLToPath(new URL('fingerprints.txt', import.meta.url));

const ABOUT = `# Fingerprints of the shipped scenarios, each at its own seed. Written by "npm run golden"; compared by every test run.
# dispatch: over every event inside the engine. request: over what happened to every request of a user.`;
/** Beside scenario, variant and the two fingerprints. */
const METRICS = ['offered', 'availability', 'p99'];

/** One run as a line: scenario, variant, dispatch, request, and the metrics. */
type Row = readonly string[];

function rowsNow(): Row[] {
  return shippedScenarios.flatMap(({ name, text }) =>
    documentOf(text).variants.map(({ name: variant, scenario }) => {
      const record = recordOf(scenario, variant, WHOLE);
      const run = new RunReader(record);
      const numbers = METRICS.map((word) => {
        const { evaluate, quantity } = metricByName(word)!;
        return formatValue(evaluate(run, ''), quantity);
      });
      return [name, variant, record.fingerprints.dispatch, record.fingerprints.request, ...numbers];
    }),
  );
}

function textOf(rows: readonly Row[]): string {
  return `${ABOUT}\n${textTable([['scenario', 'variant', 'dispatch', 'request', ...METRICS], ...rows]).join('\n')}\n`;
}

function rowsOf(text: string): Row[] {
  const [, ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split(/ {2,}/));
}

/** What to do about a difference, for the person whose change made it. */
function advice(before: readonly Row[], now: readonly Row[]): string {
  const nameOf = ([scenario, variant]: Row): string => `${scenario} ${variant}`;
  const old = new Map(before.map((row) => [nameOf(row), row]));
  const numbers = (row: Row): string => METRICS.map((metric, at) => `${metric} ${row[4 + at]}`).join(', ');
  const reviewed = now.flatMap((row) => {
    const was = old.get(nameOf(row));
    if (was === undefined) return [`${nameOf(row)} is new: ${numbers(row)}`];
    if (was[3] === row[3] && numbers(was) === numbers(row)) return [];
    return [`${nameOf(row)}: ${numbers(was)}\n${' '.repeat(nameOf(row).length - 3)}now: ${numbers(row)}`];
  });
  const gone = before.filter((row) => !now.some((other) => nameOf(other) === nameOf(row))).map((row) => `${nameOf(row)} is gone`);
  const todo = [...reviewed, ...gone];
  if (todo.length === 0) {
    return 'Only the order of events inside the engine is another; what happens to users is the same, so there is nothing to review.\nWrite the new fingerprints with: npm run golden';
  }
  return `What happens to users has changed:\n\n${todo.join('\n')}\n\nIf that is what you meant, write the new fingerprints with: npm run golden`;
}

test('what the shipped scenarios show is what has been seen before', async () => {
  const now = rowsNow();
  const before = existsSync(path) ? rowsOf(readFileSync(path, 'utf8')) : [];
  try {
    await expect(textOf(now)).toMatchFileSnapshot(path);
  } catch (difference) {
    throw new Error(advice(before, now), { cause: difference });
  }
});

describe('the advice', () => {
  const row = (variant: string, dispatch: string, request: string, availability = '99 %'): Row => ['storm', variant, dispatch, request, '1,000', availability, '20 ms'];
  const before = [row('a', 'd1', 'r1'), row('b', 'd2', 'r2')];

  test('reads what has been written', () => {
    expect(rowsOf(textOf(before))).toEqual(before);
  });

  test('asks for no review when users noticed nothing', () => {
    const text = advice(before, [row('a', 'd9', 'r1'), before[1]!]);
    expect(text).toContain('nothing to review');
    expect(text).toContain('npm run golden');
  });

  test('shows the numbers of each run that users would notice, and of no other', () => {
    const text = advice(before, [row('a', 'd9', 'r9', '98 %'), row('b', 'd9', 'r2')]);
    expect(text).toContain('storm a: offered 1,000, availability 99 %, p99 20 ms');
    expect(text).toContain('now: offered 1,000, availability 98 %, p99 20 ms');
    expect(text).not.toContain('storm b');
    expect(text).toContain('npm run golden');
  });

  test('names runs that came and went', () => {
    const text = advice(before, [before[0]!, row('c', 'd3', 'r3')]);
    expect(text).toContain('storm c is new');
    expect(text).toContain('storm b is gone');
  });
});
