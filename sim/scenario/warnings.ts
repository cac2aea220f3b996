/** What is legal in a scenario and probably not meant: what never takes effect, and what real systems have failed by. */
import type { Problem } from '../catalogue/problem.ts';
import { formatDuration } from '../catalogue/units.ts';
import { classesNobodyHas, type DeadLetter, featuresNobodyHas, instancesNobodyHas, pathsNobodyTakes } from './dead-letters.ts';
import { directoryOf } from './directory.ts';
import type { Finding, LintRule } from './lints/rule.ts';
import { LintedSystem } from './lints/system.ts';
import { placeOf, type Places } from './places.ts';
import { ProblemList } from './problem-list.ts';
import type { Registries } from './language.ts';
import type { Scenario, ScenarioDocument, Variant } from './scenario.ts';
import { Vocabulary } from './vocabulary.ts';

/** Looking at more costs more than it tells: variants of one file make the same mistakes. */
const LINTED_VARIANTS = 20;
/** Calls may lead through each other, and ways through a system are followed to their ends. */
const LINTED_SITES = 500;

/** Warnings about a document that has no mistakes, in the order of its text. */
export function warningsOf({ base, variants }: ScenarioDocument, places: Places, language: Registries): readonly Problem[] {
  const vocabulary = new Vocabulary(language);
  const warnings = new ProblemList(places.text, 'warning');
  for (const { address, message, name } of deadLetters(base, vocabulary)) {
    const { at, path } = placeOf(places, address);
    if (name === undefined) warnings.add(at, path, message);
    else warnings.addWord(at, path, message, name.written, () => name.others);
  }
  const sites = directoryOf(base, vocabulary).sites.size;
  if (sites > LINTED_SITES) {
    const { at, path } = placeOf(places, base.components[0]!.name);
    warnings.add(at, path, `the system makes calls at ${sites} places; systems of more than ${LINTED_SITES} are not looked through for timeouts, retries and pools`);
    return warnings.sorted();
  }
  for (const { rule, finding, variants: names } of lintVariants(variants.slice(0, LINTED_VARIANTS), vocabulary, language.lintRules)) {
    const { at, path } = placeOf(places, finding.address);
    const { address, what, advice } = finding;
    warnings.add(at, path, what, undefined, { rule: rule.name, address, why: rule.why, advice, variants: names });
  }
  return warnings.sorted();
}

function deadLetters(scenario: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  const { faults, durationNs } = scenario;
  const late = faults
    .filter(({ atNs }) => atNs >= durationNs)
    .map(({ address }) => ({ address, message: `the run ends after ${formatDuration(durationNs)}, before this fault begins` }));
  return [...late, ...classesNobodyHas(scenario, vocabulary), ...featuresNobodyHas(scenario, vocabulary), ...instancesNobodyHas(scenario, vocabulary), ...pathsNobodyTakes(scenario, vocabulary)];
}

interface VariantFinding {
  readonly rule: LintRule;
  readonly finding: Finding;
  readonly variants: string[];
}

/** What the rules find in each variant; what several have in common is said once. */
function lintVariants(variants: readonly Variant[], vocabulary: Vocabulary, rules: readonly LintRule[]): Iterable<VariantFinding> {
  const found = new Map<string, VariantFinding>();
  for (const { name, scenario } of variants) {
    const system = new LintedSystem(scenario, vocabulary);
    for (const rule of rules) {
      for (const finding of rule.find(system)) {
        const key = `${rule.name}\n${finding.address}\n${finding.what}`;
        const before = found.get(key);
        if (before === undefined) found.set(key, { rule, finding, variants: [name] });
        else if (before.variants.at(-1) !== name) before.variants.push(name);
      }
    }
  }
  return found.values();
}
