/** What stands in a system under a name: clients, services, databases. */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields, ValuesOf } from '../catalogue/param.ts';
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
  readonly classes: readonly RequestClass[];
  /** Number of a client's first tenant, of all tenants of the system. */
  readonly firstTenant: number;
}

export type Component =
  | { readonly role: 'client'; readonly client: Client }
  | { readonly role: 'server'; readonly server: Server };

/** How large a component is, for the picture and for explanations. */
export interface ComponentOutline {
  readonly instances: number;
  /** Threads or connections of one instance; Infinity when unlimited. */
  readonly capacity: number;
  readonly queueCapacity: number;
}

/**
 * Facts of a component definition that the language needs. They are asked before anything is made, hence of numbers and
 * words only: parameters that are definitions are not made yet.
 */
export interface ComponentTraits<V> {
  readonly role: 'client' | 'server';
  /** Names of the operations that calls choose from, in the order of their numbers; without it there is one, without a name. */
  operations?(values: V): readonly string[];
  /** Absent for clients. */
  outline?(values: V): ComponentOutline;
}

export type ComponentDefinition<F extends Fields = Fields> = Makes<F, Component, ComponentBuild> & ComponentTraits<ValuesOf<F>>;
export type AnyComponentDefinition = AnyMakes<Component, ComponentBuild> & ComponentTraits<never>;

export function defineComponent<const F extends Fields>(definition: ComponentDefinition<F>): ComponentDefinition<F> {
  return definition;
}
