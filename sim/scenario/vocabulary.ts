/** The registries, arranged for looking up words. */
import type { Definition } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import type { AnyComponentDefinition, ComponentOutline } from '../model/component.ts';
import type { AnyPatternDefinition } from '../resilience/pattern.ts';
import type { StackDefinition } from '../resilience/stacks/stack.ts';
import { fieldsWithParts } from './parts.ts';
import type { MetricWord, Registries } from './language.ts';
import type { ComponentUse } from './scenario.ts';

export class Vocabulary {
  readonly network: Fields;
  readonly metrics: ReadonlyMap<string, MetricWord>;
  readonly #patterns: ReadonlyMap<string, ReadonlyMap<string, AnyPatternDefinition>>;
  readonly #components: ReadonlyMap<string, AnyComponentDefinition>;
  /** By kind. */
  readonly stacks: ReadonlyMap<string, StackDefinition>;
  readonly #families: ReadonlyMap<string, ReadonlyMap<string, Definition>>;
  readonly #fieldsWithParts = new Map<Definition, ReturnType<typeof fieldsWithParts>>();

  constructor(registries: Registries) {
    this.network = registries.network;
    this.metrics = new Map(registries.metrics.map((metric) => [metric.name, metric]));
    this.#patterns = byFamily(registries.patterns);
    this.#components = new Map(registries.components.map((definition) => [definition.kind, definition]));
    this.stacks = new Map(registries.stacks.map((definition) => [definition.kind, definition]));
    const all = [...registries.patterns, ...registries.components, ...registries.definitions];
    this.#families = byFamily(all);
    for (const definition of all) this.#fieldsWithParts.set(definition, fieldsWithParts(definition.params));
  }

  /** A definition of any family. */
  find(family: string, kind: string): Definition | undefined {
    return this.#families.get(family)?.get(kind);
  }

  /** Parameters of a definition that hold steps, call sites or layers. */
  fieldsWithParts(family: string, kind: string): ReturnType<typeof fieldsWithParts> {
    const definition = this.find(family, kind);
    return (definition === undefined ? undefined : this.#fieldsWithParts.get(definition)) ?? [];
  }

  kinds(family: string): readonly string[] {
    return [...(this.#families.get(family)?.keys() ?? [])];
  }

  definitionsOf(family: string): readonly Definition[] {
    return [...(this.#families.get(family)?.values() ?? [])];
  }

  findComponent(kind: string): AnyComponentDefinition | undefined {
    return this.#components.get(kind);
  }

  /** How large a component is; undefined for a client. */
  outlineOf({ kind, values }: ComponentUse): ComponentOutline | undefined {
    return this.#components.get(kind)?.outline?.(values as never);
  }

  /** What calls of a component choose from; nothing where it has one operation, without a name. */
  operationsOf({ kind, values }: ComponentUse): readonly string[] {
    return this.#components.get(kind)?.operations?.(values as never) ?? [];
  }

  /** The kinds of a pattern; undefined when there is no such pattern. */
  patternKinds(family: string): ReadonlyMap<string, AnyPatternDefinition> | undefined {
    return this.#patterns.get(family);
  }

  /** The definition of a pattern; without a kind, of one that has no other. */
  pattern(family: string, kind?: string): AnyPatternDefinition | undefined {
    const kinds = this.#patterns.get(family);
    return kind === undefined && kinds?.size === 1 ? [...kinds.values()][0] : kinds?.get(kind ?? '');
  }

  get patternFamilies(): readonly string[] {
    return [...this.#patterns.keys()];
  }

  get families(): readonly string[] {
    return [...this.#families.keys()];
  }
}

function byFamily<D extends Definition>(definitions: readonly D[]): Map<string, Map<string, D>> {
  const families = new Map<string, Map<string, D>>();
  for (const definition of definitions) {
    const family = families.get(definition.family) ?? new Map<string, D>();
    families.set(definition.family, family.set(definition.kind, definition));
  }
  return families;
}
