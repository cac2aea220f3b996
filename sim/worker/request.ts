/** From what the page asks for to the scenario that an arm runs. */
import type { Problem } from '../catalogue/problem.ts';
import { directoryOf } from '../scenario/directory.ts';
import { overrideScenario } from '../scenario/override.ts';
import { parseScenario } from '../scenario/parse.ts';
import { registries } from '../scenario/registries.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Vocabulary } from '../scenario/vocabulary.ts';
import type { ArmRequest } from './protocol.ts';

export type Requested = { readonly ok: true; readonly scenario: Scenario; /** Of the text, whatever the variant. */ readonly warnings: readonly Problem[] } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the text, takes the variant, sets the switches, and sees that interventions name what can be switched. */
export function scenarioOf({ text, variant, seed, switches, interventions }: ArmRequest): Requested {
  const parsed = parseScenario(text);
  if (!parsed.ok) return parsed;
  const { variants } = parsed.document;
  const chosen = variant === '' ? variants[0] : variants.find((one) => one.name === variant);
  if (chosen === undefined) return refuse(`there is no variant "${variant}"; there are ${variants.map((one) => one.name).join(', ')}`);
  const changed = overrideScenario(chosen.scenario, { settings: [], switches });
  if (!changed.ok) return changed;
  const { layers, faults } = directoryOf(changed.scenario, new Vocabulary(registries));
  const unknown = interventions.find(({ address }) => !layers.has(address) && !faults.has(address));
  if (unknown !== undefined) return refuse(`there is no layer and no fault "${unknown.address}", which is to be switched in mid-run`);
  return { ok: true, scenario: seed === '' ? changed.scenario : { ...changed.scenario, seed }, warnings: parsed.warnings };
}

/** A mistake of the request, not of the text. */
function refuse(message: string): Requested {
  return { ok: false, problems: [{ severity: 'error', message, path: '', line: 1, column: 1, from: 0, to: 0 }] };
}
