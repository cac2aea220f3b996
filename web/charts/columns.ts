/** Columns of a record that charts add up, looked up once for each record. */
import type { ComponentDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';

/** The components that stand for users. */
export function clientsOf(system: SystemDescription): ComponentDescription[] {
  return system.components.filter(({ kind }) => kind === 'client');
}

/** Columns of some series of all clients together. */
export function clientColumns(recording: Recording, names: readonly string[]): readonly number[] {
  return once(recording, `clients ${names.join(' ')}`, () => {
    const clients = clientsOf(recording.system).map(({ name }) => name);
    return names.flatMap((name) => recording.columns(clients, name));
  });
}

/** Columns of a series of all call sites together. */
export function siteColumns(recording: Recording, name: string): readonly number[] {
  return once(recording, `sites ${name}`, () => recording.columns(recording.system.sites.map(({ address }) => address), name));
}

const found = new WeakMap<Recording, Map<string, readonly number[]>>();

function once(recording: Recording, key: string, find: () => readonly number[]): readonly number[] {
  let ofRecording = found.get(recording);
  if (ofRecording === undefined) found.set(recording, (ofRecording = new Map()));
  let columns = ofRecording.get(key);
  if (columns === undefined) ofRecording.set(key, (columns = find()));
  return columns;
}
