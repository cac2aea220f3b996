/**
 * Things that go wrong. A fault lays modifiers over knobs of the model when it begins and takes them away when it ends;
 * it never writes a value, so that faults compose in any order and healing is exact.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import { type Fields, address, count, ratio } from '../catalogue/param.ts';
import type { Client } from '../model/client.ts';
import type { Engine } from '../model/engine.ts';
import type { Instance } from '../model/instance.ts';
import type { Knob } from '../model/knob.ts';
import type { Link } from '../model/link.ts';
import type { Server } from '../model/server.ts';

export interface Fault {
  begin(): void;
  end(): void;
}

/** The model as a fault sees it. */
export interface FaultBuild {
  readonly engine: Engine;
  /** Number of the fault, from 1: the name under which it lays its modifiers, and whom outcomes blame. */
  readonly id: number;
  /** Address of the fault, under whose key it draws. */
  readonly address: string;
  /** Room for one key. */
  readonly slot: number;
  server(name: string): Server;
  client(name: string): Client;
  /** All links that calls use. */
  links(): readonly Link[];
}

export type FaultDefinition<F extends Fields = Fields> = Makes<F, Fault, FaultBuild>;
export type AnyFaultDefinition = AnyMakes<Fault, FaultBuild>;

export function defineFault<const F extends Fields>(definition: FaultDefinition<F>): FaultDefinition<F> {
  return definition;
}

/** A fault that lays the same modifier over each of some knobs for as long as it lasts. */
export function modifying(knobs: readonly Knob[], id: number, amount: number): Fault {
  return {
    begin: () => knobs.forEach((knob) => knob.add(id, amount)),
    end: () => knobs.forEach((knob) => knob.remove(id)),
  };
}

/** Parameters of faults that hit instances. */
export const selectionParams = {
  target: address({ of: 'component', componentKinds: ['service', 'database', 'flagStore'], about: 'The component that is hit.' }),
  instance: count({ about: 'Only the instance with this number, counted from 0.', optional: true, unit: 'number' }),
  count: count({ about: 'So many instances, drawn at random.', optional: true, min: 1, unit: 'instances' }),
  share: ratio({ about: 'This share of the instances, drawn at random; at least one.', optional: true }),
} as const satisfies Fields;

export interface Selection {
  readonly target: string;
  readonly instance: number | undefined;
  readonly count: number | undefined;
  readonly share: number | undefined;
}

/** The check of every fault with a selection: at most one way to choose. */
export function checkSelection(values: Selection): { param: string; message: string }[] {
  const given = (['instance', 'count', 'share'] as const).filter((name) => values[name] !== undefined);
  return given.length > 1 ? [{ param: given[1]!, message: `give only one of ${given.join(', ')}` }] : [];
}

/**
 * The instances that a fault hits. Chance orders them once under the fault's key, so that a larger share keeps the
 * victims of a smaller one.
 */
export function select(build: FaultBuild, selection: Selection): readonly Instance[] {
  const { instances } = build.server(selection.target);
  if (selection.instance !== undefined) return instances.filter((one) => one.index === selection.instance);
  const wanted = selection.count ?? (selection.share === undefined ? instances.length : Math.max(1, Math.round(selection.share * instances.length)));
  return shuffled(build, instances, 0).slice(0, wanted);
}

/** The instances in an order of chance; `round` numbers repeated draws. */
export function shuffled(build: FaultBuild, instances: readonly Instance[], round: number): readonly Instance[] {
  const { engine, slot } = build;
  const purpose = engine.purpose('fault/selection');
  return instances
    .map((instance) => {
      engine.writeEntityKey(slot, `${build.address}/${instance.index}`);
      engine.childKey(slot, slot, round);
      return { instance, luck: engine.uniform(slot, purpose) };
    })
    .sort((a, b) => a.luck - b.luck)
    .map(({ instance }) => instance);
}
