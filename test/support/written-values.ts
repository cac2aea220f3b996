/** Values of parameters in the simulator's own units, turned into what a person would write in a scenario file. */
import type { Fields, Param } from '../../sim/catalogue/param.ts';
import { formatAmount } from '../../sim/catalogue/units.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import { definitionOf, type RandomLayer } from './pattern-arbitrary.ts';
import { type Given, NESTED } from './pattern-values.ts';

/**
 * A layer as an entry of `patterns`; what is undefined is not to be written.
 * @param about what else to say of it, such as its name
 * @param exit makes the call of its own that some patterns have; without it they have none
 */
export function writtenLayer({ pattern, with: values }: RandomLayer, about: Readonly<Record<string, unknown>>, exit?: () => unknown): Record<string, unknown> {
  const { family, kind, params, exits = [] } = definitionOf(pattern);
  const isOnlyKind = patterns.filter((other) => other.family === family).length === 1;
  const written = writtenFields(params, values);
  for (const name of exits) if (written[name] !== undefined) written[name] = exit?.();
  return { [family]: { kind: isOnlyKind ? undefined : kind, ...about, ...written } };
}

export function writtenFields(fields: Fields, values: Given): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : written(fields[name]!, value)]));
}

function written(param: Param, value: unknown): unknown {
  if (value === Infinity) return 'unlimited';
  if (param.kind === 'amount' && param.quantity !== 'drawn') return formatAmount(value as number, param.quantity);
  if (param.kind === 'distribution') return formatAmount((value as { readonly mean: number }).mean, 'duration');
  if (param.kind === 'record') return writtenFields(param.fields, value as Given);
  if (param.kind === 'list') return (value as readonly unknown[]).map((item) => written(param.item, item));
  if (param.kind === 'oneOf' && typeof value !== 'string') {
    const [kind, nested] = Object.entries(value as Readonly<Record<string, Given>>)[0]!;
    const definition = NESTED[param.family]!.find((candidate) => candidate.kind === kind)!;
    return { [kind]: writtenFields(definition.params, nested) };
  }
  return value;
}
