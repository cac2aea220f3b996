/** A small scripted system under a fault, seen by its users: what became of each request, and when. */
import { expect } from 'vitest';
import { MILLISECOND } from '../../sim/catalogue/units.ts';
import { Database } from '../../sim/model/database.ts';
import type { Server } from '../../sim/model/server.ts';
import { OUTCOMES } from '../../sim/resilience/outcome.ts';
import type { CallRecord } from '../../sim/resilience/runtime.ts';
import { compile, type Simulation } from '../../sim/scenario/compile.ts';
import { scenarioOf } from '../support/run-scenario.ts';

export interface Request {
  readonly client: string;
  /** Counted from 0 for each client. */
  readonly number: number;
  readonly sentMs: number;
  readonly tookMs: number;
  readonly outcome: string;
}

export interface Trial {
  readonly simulation: Simulation;
  /** In the order in which they ended. */
  readonly requests: readonly Request[];
  readonly server: (name: string) => Server;
  readonly database: (name: string) => Database;
}

/**
 * Runs the system for two seconds.
 * @param system the components, and the network if it matters
 * @param faults one line for each, as in a scenario file
 */
export function trial(system: string, ...faults: readonly string[]): Trial {
  const text = `faultline: 1\ntitle: a trial\nseed: 7\nduration: 2s\nbucket: 100ms\n${system}\nfaults:\n${faults.map((fault) => `  - ${fault}\n`).join('')}`;
  const simulation = compile(scenarioOf(faults.length === 0 ? text.replace('faults:\n', '') : text), { variant: '', seed: '' });
  const requests: Request[] = [];
  for (const client of simulation.clients) {
    const onBackground = client.onBackground.bind(client);
    client.onBackground = (child) => {
      const { context, startedAt, code } = child as CallRecord;
      requests.push({
        client: client.address,
        number: context.request,
        sentMs: startedAt / MILLISECOND,
        tookMs: (simulation.now - startedAt) / MILLISECOND,
        outcome: OUTCOMES[code]!.name,
      });
      onBackground(child);
    };
  }
  simulation.run();
  const { end } = simulation.record();
  if (end.kind !== 'completed') throw new Error(`${end.kind}: ${end.message}`);
  const server = (name: string): Server => simulation.servers.find(({ address }) => address === name)!;
  const database = (name: string): Database => {
    const found = server(name);
    if (!(found instanceof Database)) throw new Error(`${name} is no database`);
    return found;
  };
  return { simulation, requests, server, database };
}

/** Requests sent from one instant up to another. */
export function sentWithin({ requests }: Trial, fromMs: number, toMs: number): Request[] {
  return requests.filter(({ sentMs }) => sentMs >= fromMs && sentMs < toMs);
}

/** How many requests ended in each way. */
export function outcomesOf(requests: readonly Request[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of requests) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * Checks a law on a fault, and that the law says something: under each of the given siblings it must not hold.
 * @param law throws when it does not hold
 */
export function tellsApart(system: string, law: (trial: Trial) => void, fault: string, siblings: readonly string[]): void {
  law(trial(system, fault));
  for (const sibling of siblings) {
    const seen = trial(system, sibling);
    expect(() => law(seen), `under ${sibling}`).toThrow('expected');
  }
}
