import type { Client } from '../../sim/model/client.ts';
import type { Exchange } from '../../sim/model/exchange.ts';
import type { Instance } from '../../sim/model/instance.ts';
import type { CallRecord } from '../../sim/resilience/runtime.ts';
import type { Simulation } from '../../sim/scenario/compile.ts';

/** What arrived at a place and how long it stayed, added up from single arrivals and departures. */
export class Stays {
  readonly #arrivedAt = new Map<unknown, number>();
  arrivals = 0;
  departures = 0;
  /** Of those who left, in nanoseconds. */
  #stayedNs = 0;

  arrive(who: unknown, now: number): void {
    this.arrivals++;
    this.#arrivedAt.set(who, now);
  }

  leave(who: unknown, now: number): void {
    this.departures++;
    this.#stayedNs += now - this.#arrivedAt.get(who)!;
    this.#arrivedAt.delete(who);
  }

  /** Sum over all of min(leave, now) - arrive. */
  totalNs(now: number): number {
    let present = 0;
    for (const at of this.#arrivedAt.values()) present += now - at;
    return this.#stayedNs + present;
  }
}

/** A number that the simulator keeps, integrated over time from outside. */
class Integral {
  readonly #read: () => number;
  #value = 0;
  total = 0;

  constructor(read: () => number) {
    this.#read = read;
  }

  /** The number held its value until now. */
  pass(elapsedNs: number): void {
    this.total += elapsedNs * this.#value;
    this.#value = this.#read();
  }
}

export interface Watched {
  readonly address: string;
  readonly stays: Stays;
  /** Integral of the number of requests present. */
  readonly present: Integral;
}

export interface WatchedStation extends Watched {
  /** Integrals of requests waiting for a thread, of busy threads and of pieces of work on the processor. */
  readonly queued: Integral;
  readonly busy: Integral;
  readonly working: Integral;
}

/**
 * Runs a simulation event by event and writes down what it sees: who comes and goes, and how many are there. It counts
 * for itself, so that the simulator's books can be compared with it.
 */
export class Observer {
  readonly simulation: Simulation;
  readonly clients: readonly Watched[];
  /** One of each instance of each service and database. */
  readonly stations: readonly WatchedStation[];
  readonly #integrals: readonly Integral[];

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.clients = simulation.clients.map((client) => ({ address: client.address, stays: this.#watchClient(client), present: new Integral(() => client.inFlight) }));
    this.stations = simulation.servers.flatMap(({ instances }) =>
      instances.map((instance) => ({
        address: instance.address,
        stays: this.#watchInstance(instance),
        present: new Integral(() => instance.inFlight),
        queued: new Integral(() => instance.line.length),
        busy: new Integral(() => instance.busy),
        working: new Integral(() => instance.processor.running),
      })),
    );
    this.#integrals = [...this.clients.map(({ present }) => present), ...this.stations.flatMap(({ present, queued, busy, working }) => [present, queued, busy, working])];
  }

  /** Runs to the end. */
  run(): void {
    const { simulation } = this;
    for (let ended = false; !ended; ) {
      const before = simulation.now;
      ended = simulation.run(Infinity, 1);
      for (const integral of this.#integrals) integral.pass(simulation.now - before);
    }
  }

  #watchInstance(instance: Instance): Stays {
    const stays = new Stays();
    const hold = instance.hold.bind(instance);
    const letGo = instance.letGo.bind(instance);
    instance.hold = (exchange: Exchange): void => {
      stays.arrive(exchange, this.simulation.now);
      hold(exchange);
    };
    instance.letGo = (exchange: Exchange): void => {
      stays.leave(exchange, this.simulation.now);
      letGo(exchange);
    };
    return stays;
  }

  #watchClient(client: Client): Stays {
    const stays = new Stays();
    const { runtime } = client.engine;
    const root = runtime.root.bind(runtime);
    runtime.root = (...call: Parameters<typeof root>): CallRecord => {
      const record = root(...call);
      if (call[3] === client) stays.arrive(record, this.simulation.now);
      return record;
    };
    const ended = client.onBackground.bind(client);
    client.onBackground = (child): void => {
      stays.leave(child, this.simulation.now);
      ended(child);
    };
    return stays;
  }
}
