/** Changes from outside the file: `--set path=value`, the page's toggles, the points of a sweep. */
import type { Problem } from '../catalogue/problem.ts';
import { applyChanges } from './changes.ts';
import { ProblemList } from './problem-list.ts';
import type { Registries } from './language.ts';
import { registries } from './registries.ts';
import type { Parsed, ParsedWell, Scenario } from './scenario.ts';
import { noSettingPath, type Setting, splitSettingPath } from './settings.ts';
import { readSource } from './source.ts';
import { warningsOf } from './warnings.ts';
import { Vocabulary } from './vocabulary.ts';

export interface Overrides {
  /** `path` as in a variant's `set` (`api/orders/retry.maxAttempts`), `value` as it would be written in a file. */
  readonly settings: readonly { readonly path: string; readonly value: string }[];
  /** Address of a layer or fault, or an address and `/*`, -> on or off. */
  readonly switches: Readonly<Record<string, boolean>>;
}

export type Overridden =
  | { readonly ok: true; readonly scenario: Scenario }
  /** Places are in the value of the setting that `path` names. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Changes one scenario, such as that of a variant. What it was is left as it is. */
export function overrideScenario(scenario: Scenario, overrides: Overrides, language: Registries = registries): Overridden {
  const { settings, problems } = readSettings(overrides);
  if (problems.length > 0) return { ok: false, problems };
  const list = new ProblemList('');
  const switches = Object.entries(overrides.switches).map(([address, on]) => ({ address, on, at: NOWHERE, where: address }));
  const changed = applyChanges(scenario, { settings, switches }, new Vocabulary(language), list);
  return list.isEmpty ? { ok: true, scenario: changed } : { ok: false, problems: list.sorted() };
}

/** Changes a scenario and each of its variants. Warnings are those of what came out. */
export function overrideDocument({ document, places }: ParsedWell, overrides: Overrides, language: Registries = registries): Parsed {
  const base = overrideScenario(document.base, overrides, language);
  if (!base.ok) return base;
  const variants = [];
  for (const variant of document.variants) {
    const changed = overrideScenario(variant.scenario, overrides, language);
    if (!changed.ok) return changed;
    variants.push({ ...variant, scenario: changed.scenario });
  }
  const overridden = { base: base.scenario, variants };
  return { ok: true, document: overridden, places, warnings: warningsOf(overridden, places, language) };
}

const NOWHERE = { from: 0, to: 0 } as const;

function readSettings(overrides: Overrides): { settings: Setting[]; problems: Problem[] } {
  const settings: Setting[] = [];
  const problems: Problem[] = [];
  for (const { path, value } of overrides.settings) {
    const list = new ProblemList(value);
    const split = splitSettingPath(path);
    if (split === undefined) list.add(NOWHERE, path, noSettingPath(path));
    const node = readSource(value, list);
    problems.push(...list.sorted().map((problem) => ({ ...problem, path })));
    if (split !== undefined && node !== undefined) settings.push({ ...split, value: node, at: NOWHERE, where: path });
  }
  return { settings, problems };
}
