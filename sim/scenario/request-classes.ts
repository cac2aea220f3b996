/** Request classes: those that a client names, or the client itself as the only one. */
import type { RequestClass } from '../model/component.ts';
import type { ComponentUse, Scenario } from './scenario.ts';
import { quote } from './wording.ts';

/** All request classes of a system, in the order in which clients name them. */
export function allClasses({ components }: Pick<Scenario, 'components'>): readonly RequestClass[] {
  const classes = new Map<string, RequestClass>();
  for (const one of components.flatMap(classesOf)) if (!classes.has(one.name)) classes.set(one.name, one);
  return [...classes.values()];
}

/** Request classes to which two clients give different priorities: which of them would count? */
export function conflictingClasses({ components }: Scenario): readonly { readonly component: string; readonly message: string }[] {
  const first = new Map<string, { readonly client: string; readonly priority: number }>();
  const found: { component: string; message: string }[] = [];
  for (const use of components) {
    for (const { name, priority } of classesOf(use)) {
      const before = first.get(name);
      if (before === undefined) first.set(name, { client: use.name, priority });
      else if (before.priority !== priority) {
        found.push({ component: use.name, message: `the request class ${quote(name)} has priority ${priority} here and ${before.priority} in ${before.client}; give both the same, or name one of them differently` });
      }
    }
  }
  return found;
}

function classesOf({ kind, name, values }: ComponentUse): readonly RequestClass[] {
  if (kind !== 'client') return [];
  const named = values['classes'] as Readonly<Record<string, { readonly priority: number }>> | undefined;
  return named === undefined ? [{ name, priority: 0 }] : Object.entries(named).map(([own, { priority }]) => ({ name: own, priority }));
}
