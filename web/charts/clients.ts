import type { ComponentDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';

/** The components that stand for users. */
export function clientsOf(system: SystemDescription): ComponentDescription[] {
  return system.components.filter(({ kind }) => kind === 'client');
}

/** Columns of some series of all clients together; looked up once for each record and list of names. */
export function clientColumns(recording: Recording, names: readonly string[]): readonly number[] {
  const key = names.join(' ');
  let known = columnsOf.get(recording);
  if (known === undefined) columnsOf.set(recording, (known = new Map()));
  let columns = known.get(key);
  if (columns === undefined) {
    const clients = clientsOf(recording.system).map(({ name }) => name);
    columns = names.flatMap((name) => recording.columns(clients, name));
    known.set(key, columns);
  }
  return columns;
}

const columnsOf = new WeakMap<Recording, Map<string, readonly number[]>>();
