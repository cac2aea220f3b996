/** What must hold in every random system, and what such a system went through while it was looked at. */
import type { Candidates } from '../../sim/model/balancer.ts';
import { Database } from '../../sim/model/database.ts';
import { Phase } from '../../sim/model/exchange.ts';
import type { Server } from '../../sim/model/server.ts';
import type { Wire } from '../../sim/model/wire.ts';
import { type Call, CallFlag, type Effects, type Pattern } from '../../sim/resilience/pattern.ts';
import { Mark, MARKS } from '../../sim/resilience/mark.ts';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { expect } from 'vitest';
import { exchangesOf, wiresOf } from './random-world.ts';
import { FLAG_STORE } from './system-text.ts';

/** Does something around the entry of each call into a pattern. */
export function aroundCalls({ engine }: Simulation, pattern: Pattern, around: (enter: () => void) => void): void {
  for (const host of engine.runtime.hosts) {
    if (host.pattern !== pattern) continue;
    const { onCall } = host;
    Object.assign(host, { onCall: (call: Call, fx: Effects) => around(() => onCall.call(pattern, call, fx)) });
  }
}

/** What has become of the sends of one call site. */
interface SendCounts {
  unreachable: number;
  lostOnTheWay: number;
  refused: number;
  received: number;
}

/**
 * The ledger of sends, kept beside the engine by listening at its seams: what a caller sent was received or refused by
 * the server, found no server, was lost on its way, or is still travelling.
 */
export class SendLedger {
  readonly #simulation: Simulation;
  readonly #counts = new Map<Wire, SendCounts>();
  /** The send whose way is being decided. */
  #sending: Wire | null = null;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    for (const server of simulation.servers) this.#listenTo(server);
    for (const path of new Set(wiresOf(simulation).map((wire) => wire.link.request))) {
      const delay = path.delay.bind(path);
      path.delay = (slot) => {
        const ns = delay(slot);
        if (this.#sending !== null && ns === Infinity) this.#counts.get(this.#sending)!.lostOnTheWay++;
        this.#sending = null;
        return ns;
      };
    }
    for (const wire of wiresOf(simulation)) {
      this.#counts.set(wire, { unreachable: 0, lostOnTheWay: 0, refused: 0, received: 0 });
      aroundCalls(simulation, wire, (enter) => {
        const { sent } = wire;
        this.#sending = wire;
        enter();
        // A call whose deadline has passed is not sent.
        if (this.#sending !== null && wire.sent > sent) this.#counts.get(wire)!.unreachable++;
        this.#sending = null;
      });
    }
  }

  #listenTo(server: Server): void {
    const receive = server.receive.bind(server);
    server.receive = (exchange) => {
      const counts = this.#counts.get(exchange.wire)!;
      const before = server.received;
      receive(exchange);
      if (server.received > before) counts.received++;
      else counts.refused++;
    };
  }

  /** Only between events. */
  check(): void {
    const exchanges = exchangesOf(this.#simulation);
    for (const [wire, { unreachable, lostOnTheWay, refused, received }] of this.#counts) {
      const own = exchanges.filter((exchange) => exchange.wire === wire);
      const travelling = own.filter(({ phase }) => phase === Phase.outward).length;
      expect(unreachable + lostOnTheWay + refused + received + travelling, `sends of ${wire.address}`).toBe(wire.sent);
      expect(own.filter(({ send }) => send !== null).length, `sends that ${wire.address} waits for`).toBe(wire.inFlight);
    }
    for (const server of this.#simulation.servers) {
      const from = [...this.#counts].filter(([wire]) => wire.server === server);
      expect(from.reduce((sum, [, { received }]) => sum + received, 0), `requests received by ${server.address}`).toBe(server.received);
      const here = exchanges.filter(({ phase, wire }) => phase === Phase.atServer && wire.server === server);
      expect(here.length, `requests at ${server.address}`).toBe(server.inFlight);
    }
  }
}

/** Fails when the clock ever goes back. */
export function watchTheClock({ engine }: Simulation): void {
  const { kernel } = engine;
  const after = kernel.afterEvent;
  let last = 0;
  kernel.afterEvent = {
    drain() {
      if (kernel.now < last) throw new Error(`the clock went back from ${last} to ${kernel.now}`);
      last = kernel.now;
      after.drain();
    },
  };
}

/** Everything that a fault may have touched and that must be as if it had never been. */
export function parametersOf(simulation: Simulation): unknown {
  const { engine, servers, clients } = simulation;
  return {
    servers: servers.map((server) => ({
      address: server.address,
      instances: server.instances.map((instance) => ({
        up: instance.up,
        draining: instance.draining,
        threads: instance.threads,
        slowdown: instance.slowdown.value,
        hung: instance.hung.value,
        touched: instance.slowdown.touched || instance.hung.touched,
        errors: (instance.errorFaults ?? []).length,
        believed: server.believes(instance.index),
      })),
      routes: routesOf(server),
    })),
    paths: wiresOf(simulation).map(({ address, link }) => ({
      address,
      directions: [link.request, link.response].map(({ loss, drop, cut, added }) => ({ loss: loss.value, drop: drop.value, cut: cut.value, added: added.length })),
    })),
    traffic: clients.map((client) => client.traffic.value),
    layers: engine.runtime.layers.map(({ address, enabled, hosts }) => ({ address, enabled, hosts: hosts.length })),
  };
}

/** Where requests of each operation are sent. Which node of a database leads is its state; how many it has is not. */
function routesOf(server: Server): unknown {
  const balanced = server as unknown as { candidatesFor(operation: number): Candidates };
  const [read, write] = [balanced.candidatesFor(0), balanced.candidatesFor(1)];
  if (server instanceof Database) return { readers: read.count, writers: write.count, leads: server.primary?.up };
  return Array.from(read.list.slice(0, read.count));
}

/** Long enough for restarts, health checks and failovers of a random system, short of what waits for a lost answer. */
const SETTLED_AFTER_NS = 5e9;
/** More than any system needs to come to rest; one that never does would hang the test. */
const EVENTS_TO_REST_MAX = 1_000_000;

/** Goes on until nothing more happens, and checks that nothing is left. To be called after `settle`. */
export function expectRest(simulation: Simulation): void {
  const { engine, servers } = simulation;
  const { kernel, runtime } = engine;
  // A silent connection is given up only after a quarter of an hour.
  kernel.bucketSampler = { sample() {} };
  // Who waits for nothing that is still to come would wait for ever.
  for (let before = -1; engine.held() > 0 && before < kernel.dispatched && kernel.dispatched < EVENTS_TO_REST_MAX; ) {
    before = kernel.dispatched;
    engine.run(Infinity, 1000);
  }
  // What goes on for ever by design: health checks, and breakers that open and close by their timers alone.
  for (const { health } of servers) if (health !== undefined) health.on = () => {};
  for (const { pattern } of runtime.hosts) if (pattern.onLayerWake !== undefined) pattern.onLayerWake = () => {};
  engine.run(Infinity, EVENTS_TO_REST_MAX);
  const left = {
    held: engine.held(),
    calls: runtime.openCalls,
    patterns: runtime.hosts.filter(({ pattern }) => pattern.held() !== 0).map(({ layer, pattern }) => `${layer.address}: ${pattern.held()}`),
    components: engine.accountables.filter((one) => one.held() !== 0).map(({ address }) => address),
    exchanges: exchangesOf(simulation).length,
    outstanding: servers.filter(({ balancer }) => balancer.outstanding.some((count) => count !== 0)).map(({ address }) => address),
    events: kernel.queue.size,
    actions: kernel.control.size,
  };
  expect(left, 'nothing is left').toEqual({ held: 0, calls: 0, patterns: [], components: [], exchanges: 0, outstanding: [], events: 0, actions: 0 });
}

/** After the run: heals, stops the load, and lets what can recover do so. */
export function settle(simulation: Simulation): void {
  simulation.drain(SETTLED_AFTER_NS);
}

export function expectFiniteSeries(simulation: Simulation): void {
  const { series, rows } = simulation.record();
  const broken = new Set<string>();
  rows.forEach((value, at) => {
    const { address, name } = series[at % series.length]!;
    if (!Number.isFinite(value) && !name.startsWith('latencyP')) broken.add(`${address} ${name}: ${value}`);
  });
  expect([...broken], 'every series is finite').toEqual([]);
}

/** Longest chain of servers that a request can pass through; it does not pass through the store of feature flags. */
export function depthOf({ system }: Simulation): number {
  const depthBelow = (name: string): number => Math.max(0, ...system.sites.filter((site) => site.from === name && site.to !== FLAG_STORE).map((site) => 1 + depthBelow(site.to)));
  return Math.max(...system.components.filter(({ instances }) => instances === 0).map(({ name }) => depthBelow(name)));
}

/** Whether a call is being made again just now: under way, or waiting for its backoff. */
export function isRetrying(simulation: Simulation): boolean {
  return (
    exchangesOf(simulation).some(({ context, send }) => send !== null && (context.flags & (CallFlag.retry | CallFlag.hedge)) !== 0) ||
    simulation.engine.runtime.calls.some((call) => call.isOpen && ((call.state as { attempts?: number } | null)?.attempts ?? 0) > 1)
  );
}

const sumOf = (simulation: Simulation, ledger: 'wasted' | 'lost' | 'rejected'): number => simulation.servers.reduce((sum, server) => sum + server[ledger], 0);

/** What the system went through so far. */
export function historyOf(simulation: Simulation): { late: boolean; rejected: boolean; lostInCrashes: boolean; replicated: boolean } {
  const { marks } = simulation.engine.runtime;
  const made = (mark: number): boolean => marks.some((count, at) => at % MARKS.length === mark && count > 0);
  return {
    late: sumOf(simulation, 'wasted') > 0,
    rejected: sumOf(simulation, 'rejected') > 0 || made(Mark.rejected) || made(Mark.shed),
    lostInCrashes: sumOf(simulation, 'lost') > 0,
    replicated: simulation.servers.some((server) => server instanceof Database && server.instances.length > 1 && server.acknowledgedWrites > 0),
  };
}
