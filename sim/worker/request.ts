/** From what the page asks for to the scenario that an arm runs. */
import type { Problem } from '../catalogue/problem.ts';
import { overrideScenario } from '../scenario/override.ts';
import { parseScenario } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ArmRequest } from './protocol.ts';

export type Requested = { readonly ok: true; readonly scenario: Scenario; /** Of the text, whatever the variant. */ readonly warnings: readonly Problem[] } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the text, takes the variant, and sets the switches. */
export function scenarioOf({ text, variant, seed, switches }: ArmRequest): Requested {
  const parsed = parseScenario(text);
  if (!parsed.ok) return parsed;
  const { variants } = parsed.document;
  const chosen = variant === '' ? variants[0] : variants.find((one) => one.name === variant);
  if (chosen === undefined) return refuse(`there is no variant "${variant}"; there are ${variants.map((one) => one.name).join(', ')}`);
  const changed = overrideScenario(chosen.scenario, { settings: [], switches });
  if (!changed.ok) return changed;
  return { ok: true, scenario: seed === '' ? changed.scenario : { ...changed.scenario, seed }, warnings: parsed.warnings };
}

/** A mistake of the request, not of the text. */
function refuse(message: string): Requested {
  return { ok: false, problems: [{ severity: 'error', message, path: '', line: 1, column: 1, from: 0, to: 0 }] };
}
