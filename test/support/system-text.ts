/** Writes a random system as a scenario file, in the language that people use. */
import { stringify } from 'yaml';
import type { Definition } from '../../sim/catalogue/definition.ts';
import { faultDefinitions } from '../../sim/faults/registry.ts';
import type {
  PlacedLayer,
  RandomArrivals,
  RandomClient,
  RandomDatabase,
  RandomFault,
  RandomFlagStore,
  RandomLink,
  RandomPool,
  RandomService,
  RandomSite,
  RandomStep,
  RandomSystem,
  RandomTime,
} from './random-system.ts';
import { writtenFields, writtenLayer } from './written-values.ts';

const BUCKET_MS = 100;
export const FLAG_STORE = 'flags';

const ms = (amount: number): string => `${amount}ms`;
const optionalMs = (amount: number | null): string | undefined => (amount === null ? undefined : ms(amount));

/** How the random system is written: a scenario file of one variant. */
export function textOf(system: RandomSystem, durationMs: number): string {
  return stringify(new Writer(system).document(durationMs), { lineWidth: 150, aliasDuplicateObjects: false });
}

/** Undefined entries are not written. */
type Written = Readonly<Record<string, unknown>>;

class Writer {
  readonly #system: RandomSystem;
  /** Servers in the order in which they may be called. */
  readonly #servers: readonly string[];
  readonly #clients: readonly string[];

  constructor(system: RandomSystem) {
    this.#system = system;
    this.#servers = [...system.services.map((_, at) => `service-${at}`), ...system.databases.map((_, at) => `database-${at}`)];
    this.#clients = system.clients.map((_, at) => `client-${at}`);
  }

  document(durationMs: number): Written {
    const { seed, clients, services, databases, network, links, faults } = this.#system;
    const components = [...this.#clients, ...this.#servers];
    return {
      faultline: 1,
      title: 'random system',
      seed: String(seed),
      duration: ms(durationMs),
      bucket: ms(BUCKET_MS),
      system: Object.fromEntries([
        ...clients.map((client, at) => [this.#clients[at], this.#client(client)]),
        ...services.map((service, at) => [this.#servers[at], this.#service(service, at)]),
        ...databases.map((database, at) => [this.#servers[services.length + at], this.#database(database)]),
        [FLAG_STORE, this.#flagStore(this.#system.flagStore)],
      ]),
      network: {
        default: writtenLink(network),
        links: links.map((link) => ({ from: components[link.from % components.length], to: components[link.to % components.length], ...writtenLink(link) })),
      },
      faults: faults.map((fault, at) => this.#fault(fault, at)),
    };
  }

  // ---- components ---------------------------------------------------------------------------------------------

  #client({ arrivals, site, deadlineMs, propagateDeadline, weights, users, items }: RandomClient): Written {
    const scope = new Names();
    return {
      kind: 'client',
      arrivals: writtenArrivals(arrivals),
      ...this.#site(site, -1, 'calls', scope),
      deadline: optionalMs(deadlineMs),
      propagateDeadline: unless(false, propagateDeadline),
      users: users ?? undefined,
      items: items ?? undefined,
      classes: weights.length === 0 ? undefined : Object.fromEntries(weights.map((weight, at) => [`class-${at}`, { weight, priority: this.#system.priorities[at] }])),
    };
  }

  #service(service: RandomService, at: number): Written {
    const handlers = service.handlers.map((steps) => this.#steps(steps, at, new Names()));
    return {
      kind: 'service',
      instances: service.instances,
      threads: service.threads,
      flags: { store: FLAG_STORE, poll: ms(service.flags.pollMs), maxAge: optionalMs(service.flags.maxAgeMs), unknown: service.flags.unknown },
      ...this.#pool(service),
      requestTimeout: optionalMs(service.limitMs),
      ...(handlers.length === 1 ? { handler: handlers[0] } : { operations: { one: handlers[0], two: handlers[1] } }),
    };
  }

  #flagStore({ instances, startupMs, health }: RandomFlagStore): Written {
    const probe = { call: this.#target(health.target, -1), operation: this.#operation(health, -1) };
    const { unhealthy, healthy, everyMs, off, level, reEnable } = health;
    return {
      kind: 'flagStore',
      instances,
      startup: ms(startupMs),
      health: [{ probe, every: ms(everyMs), unhealthyThreshold: unhealthy, healthyThreshold: healthy, off, level, reEnable }],
    };
  }

  #database(database: RandomDatabase): Written {
    const { replicas, leaseMs, renewShare } = database;
    return {
      kind: 'database',
      replicas,
      connections: database.threads,
      ...this.#pool(database),
      statementTimeout: optionalMs(database.limitMs),
      read: writtenTime(database.read),
      write: writtenTime(database.write),
      readFrom: database.readFrom,
      replication: { mode: database.mode, lag: writtenTime(database.lag), quorum: Math.min(database.quorum, replicas + 1) },
      failover: {
        lease: ms(leaseMs),
        renewEvery: ms(leaseMs * renewShare),
        promote: database.promote,
        promotion: writtenTime(database.promotion),
        fencing: database.fencing,
        notice: ms(database.noticeMs),
      },
    };
  }

  #pool({ queueCapacity, discipline, overflow, maxWaitMs, balancer, weights, healthCheck, startupMs, stopAtDeadline, dropExpired, layers }: RandomPool): Written {
    return {
      queue: { capacity: queueCapacity, discipline, overflow, maxWait: optionalMs(maxWaitMs), dropExpired },
      balancer: {
        algorithm: { [balancer.kind]: balancer.with },
        weights: weights ?? undefined,
        healthCheck: healthCheck === null ? undefined : {
          interval: ms(healthCheck.intervalMs),
          timeout: ms(healthCheck.timeoutMs),
          unhealthyThreshold: healthCheck.unhealthy,
          healthyThreshold: healthCheck.healthy,
          aligned: healthCheck.aligned,
        },
      },
      patterns: layers.length === 0 ? undefined : layers.map((layer, at) => this.#layer(layer, at)),
      startup: ms(startupMs),
      stopAtDeadline,
    };
  }

  // ---- steps and calls ----------------------------------------------------------------------------------------

  /** @param from place of the server whose steps they are */
  #steps(steps: readonly RandomStep[], from: number, names: Names): Written[] {
    return steps.map((step) => this.#step(step, from, names)).filter((step) => step !== undefined);
  }

  #step(step: RandomStep, from: number, names: Names): Written | undefined {
    switch (step.kind) {
      case 'work':
        return { work: writtenTime(step.time), slowdownPerRequest: unless(0, step.slowdownPerRequest), as: names.next('work') };
      case 'call':
        if (from === this.#servers.length - 1) return undefined;
        return { ...this.#site(step.site, from, 'call', names), async: unless(false, step.async), optional: unless(false, step.optional) };
      case 'parallel': {
        const required = step.branches.filter((branch) => !branch.optional).length * step.repeat;
        return {
          parallel: step.branches.map((branch) => ({ steps: this.#steps(branch.steps, from, names), optional: unless(false, branch.optional) })),
          as: names.next('parallel'),
          repeat: unless(1, step.repeat),
          need: step.need === 0 || required === 0 ? undefined : Math.min(step.need, required),
          timeout: optionalMs(step.timeoutMs),
        };
      }
      case 'effect':
        return { effect: 'a charge', as: names.next('effect') };
      case 'feature':
        return {
          feature: step.feature,
          as: names.next('feature'),
          offFromLevel: step.offFromLevel ?? undefined,
          then: this.#steps(step.then, from, names),
          otherwise: this.#steps(step.otherwise, from, names),
        };
      case 'choose':
        return {
          choose: step.by,
          as: names.next('choose'),
          class: step.by === 'class' ? 'class-0' : undefined,
          probability: step.by === 'probability' ? `${step.percent}%` : undefined,
          flag: step.percent < 50,
          then: this.#steps(step.then, from, names),
          otherwise: this.#steps(step.otherwise, from, names),
        };
    }
  }

  #site(site: RandomSite, from: number, key: 'call' | 'calls', names: Names): Written {
    return {
      [key]: this.#target(site.target, from),
      as: names.next('call'),
      operation: this.#operation(site, from),
      idempotent: unless(false, site.idempotent),
      idempotencyKey: unless('none', site.idempotencyKey),
      cancelDownstream: unless(false, site.cancelDownstream),
      patterns: site.layers.map((layer, at) => this.#layer(layer, at, () => this.#exit(site.exit, from))),
    };
  }

  #target(target: number, from: number): string {
    return this.#servers[this.#targetAt(target, from)]!;
  }

  #targetAt(target: number, from: number): number {
    return from + 1 + (target % (this.#servers.length - from - 1));
  }

  #operation({ target, operation }: Pick<RandomSite, 'target' | 'operation'>, from: number): string | undefined {
    const at = this.#targetAt(target, from);
    const service = this.#system.services[at];
    if (service === undefined) return operation === 0 ? 'read' : 'write';
    return service.handlers.length === 1 ? undefined : ['one', 'two'][operation];
  }

  /** @param at place in the list, which is also the layer's name   @param exit what a fallback calls */
  #layer(layer: PlacedLayer, at: number, exit?: () => Written): Written {
    const { enabled, scope, per } = layer;
    return writtenLayer(layer, { as: `layer-${at}`, enabled: unless(true, enabled), scope, per: per.length === 0 ? undefined : per }, exit);
  }

  #exit(exit: RandomSite['exit'], from: number): Written {
    return {
      call: this.#target(exit.target, from),
      as: 'exit',
      operation: this.#operation(exit, from),
      cancelDownstream: unless(false, exit.cancelDownstream),
      patterns: exit.layers.map((layer, at) => this.#layer(layer, at)),
    };
  }

  // ---- faults -------------------------------------------------------------------------------------------------

  #fault({ kind, with: values, atMs, forMs, enabled }: RandomFault, at: number): Written {
    const definition: Definition = faultDefinitions.find((one) => one.kind === kind)!;
    const written = writtenFields(definition.params, values);
    for (const [name, param] of Object.entries(definition.params)) {
      if (param.kind !== 'address' || values[name] === undefined) continue;
      const suitable = this.#componentsOf(param.componentKinds);
      written[name] = suitable[(values[name] as number) % suitable.length];
    }
    return { at: ms(atMs), for: optionalMs(forMs), as: `fault-${at}`, enabled: unless(true, enabled), [kind]: written };
  }

  #componentsOf(kinds: readonly string[] = ['client', 'service', 'database']): string[] {
    const flagStores = kinds.includes('flagStore') ? [FLAG_STORE] : [];
    return [...[...this.#clients, ...this.#servers].filter((name) => kinds.includes(name.replace(/-\d+$/, ''))), ...flagStores];
  }
}

/** Gives names that are unique within one handler. */
class Names {
  #last = 0;

  next(word: string): string {
    return `${word}-${this.#last++}`;
  }
}

/** Leaves out what is the default. */
function unless<T>(usual: T, value: T): T | undefined {
  return value === usual ? undefined : value;
}

function writtenTime({ shape, meanMs }: RandomTime): unknown {
  if (meanMs === 0) return '0ms';
  switch (shape) {
    case 'constant':
      return ms(meanMs);
    case 'exponential':
      return { exponential: ms(meanMs) };
    case 'uniform':
      return { uniform: { min: '0ms', max: ms(2 * meanMs) } };
    case 'lognormal':
      return { lognormal: { mean: ms(meanMs), cv: 1 } };
  }
}

function writtenLink({ latency, lossPercent, lossModel, retransmitAfterMs }: RandomLink): Written {
  return { latency: writtenTime(latency), loss: `${lossPercent}%`, lossModel, retransmitAfter: ms(retransmitAfterMs) };
}

function writtenArrivals(arrivals: RandomArrivals): Written {
  switch (arrivals.kind) {
    case 'poisson':
    case 'constant':
      return { [arrivals.kind]: { rate: `${arrivals.ratePerSec}/s` } };
    case 'profile': {
      const segments = arrivals.segments.map(({ forMs, ratePerSec, to }) => ({ for: ms(forMs), rate: `${ratePerSec}/s`, to: to === null ? undefined : `${to}/s` }));
      return { profile: { segments, gaps: arrivals.gaps } };
    }
    case 'burst':
      return { burst: { size: arrivals.size, at: ms(arrivals.atMs), every: optionalMs(arrivals.everyMs), spread: ms(arrivals.spreadMs) } };
    case 'closed':
      return { closed: { users: arrivals.users, think: writtenTime(arrivals.think), rampUp: ms(arrivals.rampUpMs) } };
  }
}
