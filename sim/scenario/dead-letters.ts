/** What is written in a scenario and can never take effect: legal, and rarely meant. */
import { nearest } from './nearest.ts';
import type { Scenario, Values } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';
import { mapUse } from './walk.ts';
import { anyOf, quote } from './wording.ts';

export interface DeadLetter {
  /** Of the step, layer or fault. */
  readonly address: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** Steps that choose by a request class, and layers that are for one, that no client has. */
export function classesNobodyHas({ components }: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  const classes = components.flatMap((use) => (use.kind === 'client' ? Object.keys((use.values['classes'] ?? { [use.name]: {} }) as Values) : []));
  const found: DeadLetter[] = [];
  for (const use of components) {
    mapUse(use, vocabulary, {
      site: (site) => site,
      layer: (layer) => {
        for (const wanted of layer.classes) {
          if (classes.includes(wanted)) continue;
          const suggestion = nearest(wanted, classes);
          found.push({
            address: layer.address,
            message: `no client has a request class ${quote(wanted)}, so none of its calls pass ${layer.address}; there is ${anyOf(classes)}`,
            ...(suggestion === undefined ? {} : { suggestion }),
          });
        }
        return layer;
      },
      step: (step) => {
        const wanted = step.kind === 'choose' && step.values['choose'] === 'class' ? step.values['class'] : undefined;
        if (typeof wanted === 'string' && !classes.includes(wanted)) {
          const suggestion = nearest(wanted, classes);
          found.push({
            address: step.address,
            message: `no client has a request class ${quote(wanted)}, so ${step.address} never goes the first way; there is ${anyOf(classes)}`,
            ...(suggestion === undefined ? {} : { suggestion }),
          });
        }
        return step;
      },
    });
  }
  return found;
}

/** Classes to which two clients give different priorities: which of them would count? */
export function conflictingClasses({ components }: Scenario): readonly { readonly component: string; readonly message: string }[] {
  const first = new Map<string, { readonly client: string; readonly priority: number }>();
  const found: { component: string; message: string }[] = [];
  for (const use of components) {
    if (use.kind !== 'client') continue;
    for (const [name, { priority }] of Object.entries((use.values['classes'] ?? {}) as Readonly<Record<string, { readonly priority: number }>>)) {
      const before = first.get(name);
      if (before === undefined) first.set(name, { client: use.name, priority });
      else if (before.priority !== priority) {
        found.push({ component: use.name, message: `the request class ${quote(name)} has priority ${priority} here and ${before.priority} in ${before.client}; give both the same, or name one of them differently` });
      }
    }
  }
  return found;
}

/** Faults that hit an instance that does not exist. */
export function instancesNobodyHas({ components, faults }: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  return faults.flatMap(({ address, values: { instance, target } }) => {
    const use = components.find((one) => one.name === target);
    const instances = use === undefined ? undefined : vocabulary.findComponent(use.kind)?.outline?.(use.values as never).instances;
    if (use === undefined || typeof instance !== 'number' || instances === undefined || instance < instances) return [];
    return [{ address, message: `${use.name} has ${instances} instances, counted from 0; there is no instance ${instance}` }];
  });
}
