/** What stands in a system under a name: clients, services, databases. */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import type { Client } from './client.ts';
import type { Grounds, Server } from './server.ts';

/** Request classes of a system, by number. */
export interface RequestClass {
  readonly name: string;
  readonly priority: number;
}

export interface ComponentBuild {
  readonly grounds: Grounds;
  readonly name: string;
  /** Place among the components. */
  readonly index: number;
  readonly classes: readonly RequestClass[];
}

export type Component =
  | { readonly role: 'client'; readonly client: Client }
  | { readonly role: 'server'; readonly server: Server; /** Names of its operations; the index is their number. */ readonly operations: readonly string[] };

/** Facts of a component definition that the parser needs. */
export interface ComponentTraits {
  readonly role: 'client' | 'server';
}

export type ComponentDefinition<F extends Fields = Fields> = Makes<F, Component, ComponentBuild> & ComponentTraits;
export type AnyComponentDefinition = AnyMakes<Component, ComponentBuild> & ComponentTraits;

export function defineComponent<const F extends Fields>(definition: ComponentDefinition<F>): ComponentDefinition<F> {
  return definition;
}
