/** A way to draw a duration, rate or number. The parameters that measure it carry the unit of what is drawn. */
import type { AnyMakes, Makes } from '../../catalogue/definition.ts';
import { drawn, type Fields, list, number, record } from '../../catalogue/param.ts';
import type { Sampler } from '../../kernel/samplers.ts';

export type DistributionDefinition<F extends Fields = Fields> = Makes<F, Sampler>;
export type AnyDistributionDefinition = AnyMakes<Sampler, void>;

export function defineDistribution<const F extends Fields>(definition: Omit<DistributionDefinition<F>, 'family'>): DistributionDefinition<F> {
  return { family: 'distribution', ...definition };
}

/** How often something is chosen, compared with the others. */
export const weight = number({ about: 'How often, relative to the others.', min: 0, default: 1 });

/** Values with their weights. */
export function weightedValues(about: string, aboutOne: string) {
  const one = record({ value: drawn({ about: aboutOne }), weight }, { about: `${aboutOne} With its weight.`, shorthand: 'value' });
  return list(one, { about, optional: true, minItems: 1 });
}

/** Whether weights can be drawn from: one at least must be above 0. */
export function weightProblem(param: string, items: readonly { readonly weight: number }[]): { param: string; message: string }[] {
  return items.some((item) => item.weight > 0) ? [] : [{ param, message: 'one weight at least must be above 0' }];
}
