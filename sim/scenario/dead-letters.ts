/** What is written in a scenario and can never take effect: legal, and rarely meant. */
import { nearest } from './nearest.ts';
import type { Scenario, Values } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';
import { mapUse } from './walk.ts';
import { anyOf, quote } from './wording.ts';

export interface DeadLetter {
  /** Of the step. */
  readonly address: string;
  /** Name of the component whose text holds it. */
  readonly component: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** Steps that choose by a request class that no client has. */
export function classesNobodyHas({ components }: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  const classes = components.flatMap((use) => (use.kind === 'client' ? Object.keys((use.values['classes'] ?? { [use.name]: {} }) as Values) : []));
  const found: DeadLetter[] = [];
  for (const use of components) {
    mapUse(use, vocabulary, {
      site: (site) => site,
      layer: (layer) => layer,
      step: (step) => {
        const wanted = step.kind === 'choose' && step.values['choose'] === 'class' ? step.values['class'] : undefined;
        if (typeof wanted === 'string' && !classes.includes(wanted)) {
          const suggestion = nearest(wanted, classes);
          found.push({
            address: step.address,
            component: use.name,
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

/** Faults that hit an instance that does not exist, by their place in the list. */
export function instancesNobodyHas({ components, faults }: Scenario, vocabulary: Vocabulary): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  faults.forEach((fault, at) => {
    const { instance, target } = fault.values;
    const use = components.find((one) => one.name === target);
    const instances = use === undefined ? undefined : vocabulary.findComponent(use.kind)?.outline?.(use.values as never).instances;
    if (use === undefined || typeof instance !== 'number' || instances === undefined || instance < instances) return;
    found.set(at, `${use.name} has ${instances} instances, counted from 0; there is no instance ${instance}`);
  });
  return found;
}
