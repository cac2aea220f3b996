/**
 * Parameter values for definitions in tests: what the scenario language would hand to `create`, from the defaults and
 * from what a test gives. Amounts are in the simulator's own units; causes are names; a nested definition is its kind,
 * or an object with its kind as the only key.
 */
import type { AnyMakes, Definition } from '../../sim/catalogue/definition.ts';
import type { Fields, Param } from '../../sim/catalogue/param.ts';
import { backoffs } from '../../sim/resilience/backoff/registry.ts';
import { cockatielBreakers } from '../../sim/resilience/cockatiel/registry.ts';
import { jitters } from '../../sim/resilience/jitter/registry.ts';
import { outcomeByName } from '../../sim/resilience/outcome.ts';
import { retryBudgets } from '../../sim/resilience/retry-budget/registry.ts';

export type Given = Readonly<Record<string, unknown>>;

/** The families of which a pattern may hold one. */
export const NESTED: Readonly<Record<string, readonly AnyMakes[]>> = {
  backoff: backoffs,
  jitter: jitters,
  cockatielBreaker: cockatielBreakers,
  retryBudget: retryBudgets,
};

/** The values of all parameters; what is not given takes its default. */
export function valuesFor(definition: Definition, given: Given = {}): Given {
  for (const name of Object.keys(given)) {
    if (!(name in definition.params)) throw new Error(`${definition.family}/${definition.kind} has no parameter ${name}`);
  }
  return fieldValues(definition.params, given);
}

/** Makes the object of a definition. */
export function make<T, C>(definition: AnyMakes<T, C>, given: Given, context: C): T {
  return definition.create(valuesFor(definition, given) as never, context);
}

function fieldValues(fields: Fields, given: Given): Given {
  return Object.fromEntries(
    Object.entries(fields).map(([name, param]) => {
      const written = name in given ? given[name] : param.default;
      if (written === undefined && param.optional !== true) throw new Error(`parameter ${name} is required`);
      return [name, written === undefined ? undefined : valueOf(param, written)];
    }),
  );
}

function valueOf(param: Param, written: unknown): unknown {
  if (param.kind === 'causes') return (written as readonly string[]).map(causeOf);
  if (param.kind === 'oneOf') return nested(param.family, written);
  if (param.kind === 'record') return fieldValues(param.fields, written as Given);
  if (param.kind === 'list') return (written as readonly unknown[]).map((item) => valueOf(param.item, item));
  return written;
}

function causeOf(name: string): number {
  const code = outcomeByName(name);
  if (code < 0) throw new Error(`there is no outcome ${name}`);
  return code;
}

function nested(family: string, written: unknown): unknown {
  const [kind, given] = typeof written === 'string' ? [written, {}] : Object.entries(written as Record<string, Given>)[0]!;
  const definition = NESTED[family]?.find((candidate) => candidate.kind === kind);
  if (definition === undefined) throw new Error(`there is no ${family} ${kind}`);
  return definition.create(valuesFor(definition, given) as never, undefined as never);
}
