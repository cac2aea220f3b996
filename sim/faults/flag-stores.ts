import { assert } from '../kernel/assert.ts';
import { FlagStore } from '../model/flag-store.ts';
import type { FaultBuild } from './fault.ts';

/** The store of feature flags of that name; that it is one has been checked when the scenario was read. */
export function flagStoreOf(build: FaultBuild, name: string): FlagStore {
  const server = build.server(name);
  assert(server instanceof FlagStore, `${name} is no store of feature flags`);
  return server;
}
