import type { Scenario } from './scenario.ts';
import { quote } from './wording.ts';

/** Request classes to which two clients give different priorities: which of them would count? */
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
