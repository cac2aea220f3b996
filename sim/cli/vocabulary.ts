import type { Definition } from '../catalogue/definition.ts';
import { registries } from '../scenario/registries.ts';

/** Definitions that belong together, with the word for them. */
export interface DefinitionGroup {
  readonly name: string;
  readonly definitions: readonly Definition[];
}

/** Everything that can be named in a scenario file, in the order in which a newcomer meets it. */
export function definitionGroups(): readonly DefinitionGroup[] {
  const { components, patterns, stacks, definitions } = registries;
  const families = new Set(definitions.map(({ family }) => family));
  return [
    { name: 'component', definitions: components },
    { name: 'pattern', definitions: patterns },
    { name: 'stack', definitions: stacks },
    ...[...families].map((family) => ({ name: family, definitions: definitions.filter((each) => each.family === family) })),
  ];
}
