/**
 * A component with instances that does work when called: the ground of services and databases. Requests pass the
 * component's own patterns (admission), get a thread or wait for one, and run the handler's program.
 *
 * Ledger of server work, balanced at every sample:
 * received = completed + failed + rejected + cancelled + lost + in flight.
 * Work whose caller has let go is counted as wasted when it ends, whatever its outcome; and so is a good answer whose
 * caller lets go while it travels, or after it was lost.
 */
import { assert } from '../kernel/assert.ts';
import type { Context } from '../resilience/context.ts';
import { OUTCOMES, Outcome, isGood } from '../resilience/outcome.ts';
import { type Call, CallFlag, type Child, type Effects, type Owner, type Pattern, type PatternHost, SendTo } from '../resilience/pattern.ts';
import { type CallRecord, type Host, type Layer, SHARED } from '../resilience/runtime.ts';
import { RECORDED_INSTANCES_MAX } from '../telemetry/series.ts';
import { type ActivationCall, Thread } from './activation.ts';
import { type Balancer, type BalancerFactory, Candidates } from './balancer.ts';
import { answerKnocks } from './door.ts';
import type { Accountable, Engine } from './engine.ts';
import type { Exchange } from './exchange.ts';
import type { FlagStore } from './flag-store.ts';
import type { FlagView } from './flag-view.ts';
import { HealthChecks, type HealthCheckSettings } from './health-check.ts';
import { type ErrorFault, Instance } from './instance.ts';
import { Interpreter } from './interpreter.ts';
import { Processor, type WorkDone } from './processor.ts';
import type { QueueSettings } from './queue.ts';
import type { Program } from './step.ts';
import type { Exchanges } from './wire.ts';
import { type WorkLimitSettings, WorkLimits } from './work-limits.ts';

export interface ServerSettings {
  readonly instances: number;
  /** Threads or connections of each instance; Infinity when unlimited. */
  readonly threads: number;
  readonly queue: QueueSettings;
  readonly balancer: BalancerFactory;
  readonly weights: readonly number[] | undefined;
  readonly healthCheck: HealthCheckSettings | undefined;
  /** From the restart of an instance until it serves again, in nanoseconds. */
  readonly startupNs: number;
  readonly limits: WorkLimitSettings;
}

/** The parts of an engine that servers share. */
export interface Grounds {
  readonly engine: Engine;
  readonly exchanges: Exchanges;
  readonly workDone: WorkDone;
  /** By address. */
  readonly flagStores: Map<string, FlagStore>;
}

/** How an instance goes down. */
export interface Death {
  readonly fault: number;
  /** The callers hear a reset at once, or nothing until their own timeouts. */
  readonly silent: boolean;
}

/** A program's calls that hold a thread of their instance. */
class Pool extends Interpreter {
  readonly branches: Layer;

  constructor(server: Server, branches: Layer) {
    super(server);
    this.branches = branches;
  }

  onCall(call: Call, _fx: Effects): void {
    const record = call as ActivationCall;
    const { state, context } = record;
    const instance = this.server.instances[context.instance]!;
    state.reset(instance, this.server.programs[context.operation]!);
    if (instance.errorFaults !== null && this.#failsFor(record, instance.errorFaults)) return;
    if (record.deadline <= this.engine.now && instance.queue.dropExpired) {
      this.runtime.settle(record, Outcome.deadlineExceeded);
      return;
    }
    if (instance.hasFreeThread) {
      instance.take(record);
      this.begin(record);
    } else if (instance.makesRoomFor(record)) {
      instance.enqueue(record, Thread.awaitedToBegin);
    } else {
      this.runtime.settle(record, Outcome.queueFull);
    }
  }

  #failsFor(record: ActivationCall, errors: readonly ErrorFault[]): boolean {
    for (const error of errors) {
      if (this.engine.uniform(record.context.slot, error.purpose) >= error.rate) continue;
      this.runtime.settleFault(record, error.code, error.fault);
      return true;
    }
    return false;
  }

  override begin(record: ActivationCall): void {
    const { limits, exchanges } = this.server;
    if (limits !== null && !limits.begin(record)) return;
    const { context } = record;
    if ((context.flags & CallFlag.tied) !== 0) exchanges.begun(exchanges.get(context.history.tiedExchange), context);
    super.begin(record);
  }

  /** An asynchronous step gives its thread back while it waits. */
  override yieldThread(call: ActivationCall): void {
    if (call.state.thread === Thread.held) call.state.instance.giveBack(call);
  }

  /** After an asynchronous step: the rest of the program, if there is any, needs a thread again. */
  override resume(call: ActivationCall): void {
    const { state } = call;
    if (state.thread === Thread.held || state.pc + 1 >= state.program.length) this.goOn(call);
    else if (state.instance.hasFreeThread) {
      state.instance.take(call);
      this.goOn(call);
    } else {
      state.extras.awaitsSince = this.engine.now;
      state.instance.enqueue(call, Thread.awaitedToGoOn);
    }
  }

  protected override release(call: ActivationCall): void {
    const { state } = call;
    const { limits } = this.server;
    if (limits !== null) limits.forget(call);
    if (state.thread === Thread.held) state.instance.giveBack(call);
    else if (state.thread !== Thread.none) state.instance.leaveQueue(call);
  }

  override held(): number {
    let sum = 0;
    for (const instance of this.server.instances) sum += instance.busy + instance.line.length + instance.processor.running;
    return sum;
  }
}

/** Branches of a parallel step: they share the thread of the call that they belong to. */
class Branches extends Interpreter {
  branches!: Layer;
  #open = 0;

  onCall(call: Call, _fx: Effects): void {
    const record = call as ActivationCall;
    this.#open++;
    this.begin(record);
  }

  protected override release(): void {
    this.#open--;
  }

  override held(): number {
    return this.#open;
  }
}

export class Server implements Owner, Accountable {
  readonly engine: Engine;
  readonly exchanges: Exchanges;
  readonly address: string;
  readonly settings: ServerSettings;
  readonly instances: Instance[] = [];
  readonly pool: Pool;
  /** Index of the pool's layer: what outcomes name as their origin. */
  readonly layerIndex: number;
  readonly poolLayer: Layer;
  /** Outermost layer in front of the pool; the pool itself when the component has no patterns. */
  admission: Layer;
  /** Handler of each operation. */
  programs: readonly Program[] = [];
  readonly balancer: Balancer;
  /** Instances that the balancer believes healthy, by operation; services have one list for all. */
  readonly candidates: Candidates;
  /** Pattern objects that live in an instance and die with it. */
  readonly resident: { host: Host; readonly instance: number; readonly make: (host: PatternHost) => Pattern }[] = [];
  /** Filled anew for each choice that needs it. */
  readonly #untriedCandidates: Candidates;
  readonly health: HealthChecks | undefined;
  readonly limits: WorkLimits | null;
  /** What its instances believe of their features. */
  flags: FlagView | undefined;
  received = 0;
  completed = 0;
  failed = 0;
  rejected = 0;
  cancelledWork = 0;
  lost = 0;
  wasted = 0;
  inFlight = 0;
  readonly #series: Readonly<Record<'received' | 'completed' | 'failed' | 'rejected' | 'cancelled' | 'lost' | 'wasted' | 'queuedNs' | 'busyNs' | 'workedNs' | 'unreachable', number>>;
  readonly #believed: boolean[];

  constructor(grounds: Grounds, address: string, settings: ServerSettings) {
    const { engine } = grounds;
    this.engine = engine;
    this.exchanges = grounds.exchanges;
    this.address = address;
    this.settings = settings;
    const { runtime } = engine;
    const branches = runtime.newLayer(`${address}/branch`, 0, SHARED, address);
    const poolLayer = runtime.newLayer(address, 0, SHARED, address);
    this.pool = new Pool(this, branches);
    const branchInterpreter = new Branches(this);
    branchInterpreter.branches = branches;
    runtime.newHost(branches, 0, () => branchInterpreter);
    runtime.newHost(poolLayer, 0, () => this.pool);
    this.poolLayer = poolLayer;
    this.admission = poolLayer;
    this.layerIndex = poolLayer.index;
    for (let i = 0; i < settings.instances; i++) {
      const processor = new Processor(engine, grounds.workDone);
      this.instances.push(new Instance(this, i, settings.threads, settings.queue, processor));
    }
    this.balancer = settings.balancer(engine, settings.instances, settings.weights);
    this.#believed = this.instances.map(() => true);
    this.candidates = new Candidates(settings.instances);
    this.#untriedCandidates = new Candidates(settings.instances);
    this.#series = this.#register();
    this.candidates.set(this.instances.map((instance) => instance.index));
    this.health = settings.healthCheck === undefined ? undefined : new HealthChecks(this, settings.healthCheck);
    const { afterNs, stopAtDeadline } = settings.limits;
    this.limits = afterNs < Infinity || stopAtDeadline ? new WorkLimits(this, settings.limits) : null;
    engine.accountables.push(this);
  }

  // ---- choosing an instance -----------------------------------------------------------------------------------

  /** @returns index of an instance for the send of `call` whose key is in `slot`, or -1 when none is believed healthy */
  pickFor(call: Context, operation: number, slot: number, purpose: number): number {
    const candidates = this.candidatesFor(operation);
    if (candidates.count === 0) return -1;
    if (call.sendTo === SendTo.any) return this.balancer.pick(candidates, slot, purpose);
    const at = call.sendTo === SendTo.same && candidates.has(call.lastTried) ? call.lastTried : this.balancer.pick(this.#untried(call, candidates), slot, purpose);
    call.noteTried(at);
    return at;
  }

  /** The candidates that the call has not been sent to; all of them once none is left. */
  #untried(call: Context, candidates: Candidates): Candidates {
    const untried = this.#untriedCandidates;
    untried.count = 0;
    for (let i = 0; i < candidates.count; i++) {
      const instance = candidates.list[i]!;
      if (!call.hasTried(instance)) untried.list[untried.count++] = instance;
    }
    return untried.count > 0 ? untried : candidates;
  }

  protected candidatesFor(_operation: number): Candidates {
    return this.candidates;
  }

  believes(instance: number): boolean {
    return this.#believed[instance]!;
  }

  /** What the balancer is told of an instance. */
  setBelieved(instance: number, healthy: boolean): void {
    if (this.#believed[instance] === healthy) return;
    this.#believed[instance] = healthy;
    this.refreshCandidates();
  }

  refreshCandidates(): void {
    this.candidates.set(this.instances.filter((instance) => this.#believed[instance.index]).map((instance) => instance.index));
  }

  countUnreachable(): void {
    this.engine.recorder.values[this.#series.unreachable]!++;
  }

  // ---- requests -----------------------------------------------------------------------------------------------

  /** A request has reached the machine of its instance. */
  receive(exchange: Exchange): void {
    const { instance } = exchange;
    if (exchange.life >= 0 && exchange.life !== instance.incarnation) {
      exchange.ending = this.engine.runtime.endingOf(Outcome.reset, this.layerIndex, instance.killer);
      exchange.wire.reply(exchange);
      return;
    }
    if (!instance.up || instance.draining) {
      exchange.ending = this.engine.runtime.endingOf(Outcome.refused, this.layerIndex, instance.killer);
      exchange.wire.reply(exchange);
      return;
    }
    this.received++;
    this.inFlight++;
    instance.hold(exchange);
    if (!instance.hangs) this.#admit(exchange);
  }

  #admit(exchange: Exchange): void {
    exchange.context.instance = exchange.instance.index;
    exchange.activation = this.engine.runtime.root(this.admission, exchange.context, exchange.id, this, exchange.deadline);
    if (exchange.tie?.isRevoked === true) this.engine.runtime.cancelRoot(exchange.activation, Outcome.cancelled);
  }

  /** Told by an instance that hangs or has woken up. */
  hangChanged(instance: Instance): void {
    if (instance.hangs || !instance.up) return;
    this.#admitWaiting(instance);
    answerKnocks(instance);
  }

  /** A hang has ended: answers that were ready leave, and what was accepted meanwhile begins, in order of arrival. */
  #admitWaiting(instance: Instance): void {
    for (const exchange of this.exchanges.heldBy(instance)) {
      if (exchange.activation !== null) continue;
      if (exchange.ending === null) this.#admit(exchange);
      else this.#answer(exchange);
    }
  }

  /** The server of the request to which this one is tied has begun to work. */
  revoke(exchange: Exchange): void {
    if (exchange.tie!.hasBegun) return;
    exchange.tie!.isRevoked = true;
    if (exchange.activation !== null) this.engine.runtime.cancelRoot(exchange.activation, Outcome.cancelled);
  }

  /** The caller's cancel message has arrived. */
  cancelled(exchange: Exchange): void {
    if (exchange.activation !== null) {
      this.engine.runtime.cancelRoot(exchange.activation, Outcome.cancelled);
      return;
    }
    this.#leave(exchange);
    this.cancelledWork++;
    this.exchanges.close(exchange);
  }

  /** Server work has ended. */
  onBackground(child: Child): void {
    const exchange = this.exchanges.get(child.tag);
    exchange.ending = (child as CallRecord).ending;
    if (exchange.instance.hangs) exchange.activation = null;
    else this.#answer(exchange);
  }

  #answer(exchange: Exchange): void {
    const { code } = exchange.ending!;
    this.#leave(exchange);
    if (isGood(code)) this.completed++;
    else if (OUTCOMES[code]!.class === 'cancelled') this.cancelledWork++;
    else if (OUTCOMES[code]!.class === 'rejected') this.rejected++;
    else this.failed++;
    if (exchange.send === null) this.wasted++;
    exchange.wire.reply(exchange);
  }

  #leave(exchange: Exchange): void {
    const { instance } = exchange;
    this.inFlight--;
    instance.letGo(exchange);
    if (instance.dying !== null && instance.inFlight === 0) this.#die(instance, instance.dying);
  }

  // ---- life and death of instances ----------------------------------------------------------------------------

  /** The instance dies at once and loses what it held. */
  kill(instance: Instance, death: Death): void {
    instance.downBy.add(death.fault);
    this.#die(instance, death);
  }

  /** The fault that decided it may be over by now, while another one still keeps the instance down. */
  #die(instance: Instance, death: Death): void {
    instance.plan++;
    if (!instance.up) return;
    instance.up = false;
    instance.incarnation++;
    instance.dying = null;
    for (const exchange of this.exchanges.heldBy(instance).reverse()) this.#lose(exchange, death);
    if (!death.silent) answerKnocks(instance);
    this.engine.runtime.crash(this.address, instance.index);
    this.instanceDied(instance, death);
    this.engine.recorder.event(instance.address, 'state', 'killed');
  }

  /** What a database does besides when a node dies. */
  protected instanceDied(_instance: Instance, _death: Death): void {}
  protected instanceStarted(_instance: Instance): void {}

  #lose(exchange: Exchange, death: Death): void {
    this.#leave(exchange);
    this.lost++;
    if (exchange.activation !== null) exchange.activation.owner = null;
    exchange.ending = this.engine.runtime.endingOf(Outcome.reset, this.layerIndex, death.fault);
    if (death.silent) exchange.wire.fallSilent(exchange);
    else exchange.wire.reply(exchange);
  }

  /** Takes no new requests; dies as soon as it is idle, and after `graceNs` at the latest. The balancer is told at once. */
  drain(instance: Instance, death: Death, graceNs: number): void {
    instance.downBy.add(death.fault);
    if (!instance.up || instance.draining) return;
    instance.dying = death;
    this.setBelieved(instance.index, false);
    if (instance.inFlight === 0) {
      this.#die(instance, death);
      return;
    }
    const plan = ++instance.plan;
    this.engine.scheduleControl(Math.round(this.engine.now + graceNs), () => {
      if (instance.plan === plan) this.#die(instance, death);
    });
  }

  /** Fault number `fault` is over: an instance that no other fault keeps down is started, and serves after its start-up time. */
  restart(instance: Instance, fault: number): void {
    instance.downBy.delete(fault);
    if (instance.downBy.size > 0 || (instance.up && !instance.draining)) return;
    const plan = ++instance.plan;
    if (instance.draining) {
      instance.dying = null;
      this.setBelieved(instance.index, true);
      return;
    }
    this.engine.scheduleControl(Math.round(this.engine.now + this.settings.startupNs), () => {
      if (instance.plan === plan) this.#started(instance);
    });
  }

  #started(instance: Instance): void {
    assert(instance.busy === 0 && instance.line.length === 0, `${instance.address} starts with work of its former life`);
    instance.up = true;
    for (const one of this.resident) {
      if (one.instance === instance.index) one.host = this.engine.runtime.replacePattern(one.host, one.make);
    }
    if (this.health === undefined) this.setBelieved(instance.index, true);
    this.instanceStarted(instance);
    this.engine.recorder.event(instance.address, 'state', 'started');
  }

  /** Ends what the component does of its own accord; what is under way ends by itself. */
  stop(): void {}

  // ---- accounts -----------------------------------------------------------------------------------------------

  held(): number {
    return this.inFlight;
  }

  integrate(): void {
    const values = this.engine.recorder.values;
    let busyNs = 0;
    let queuedNs = 0;
    let workedNs = 0;
    for (const instance of this.instances) {
      busyNs += instance.busyNs;
      queuedNs += instance.queuedNs;
      workedNs += instance.processor.workedNs;
    }
    values[this.#series.received] = this.received;
    values[this.#series.completed] = this.completed;
    values[this.#series.failed] = this.failed;
    values[this.#series.rejected] = this.rejected;
    values[this.#series.cancelled] = this.cancelledWork;
    values[this.#series.lost] = this.lost;
    values[this.#series.wasted] = this.wasted;
    values[this.#series.busyNs] = busyNs;
    values[this.#series.queuedNs] = queuedNs;
    values[this.#series.workedNs] = workedNs;
  }

  audit(): void {
    const ended = this.completed + this.failed + this.rejected + this.cancelledWork + this.lost;
    assert(this.received === ended + this.inFlight, `${this.address}: ${this.received} received are not ${ended} ended + ${this.inFlight} in flight`);
    for (const instance of this.instances) {
      assert(instance.busy >= 0 && instance.busy <= instance.threads, `${instance.address}: ${instance.busy} of ${instance.threads} threads busy`);
    }
  }

  #register() {
    const { recorder } = this.engine;
    const { address } = this;
    const counter = (name: string): number => recorder.register(address, name, 'counter', 'count');
    const time = (name: string): number => recorder.register(address, name, 'counter', 'durationNs');
    const gauge = (at: string, name: string, read: () => number): void => recorder.gauge(recorder.register(at, name, 'gauge', 'count'), read);
    const sum = (read: (instance: Instance) => number): (() => number) => () => this.instances.reduce((total, instance) => total + read(instance), 0);
    const capacity = this.settings.threads === Infinity ? 0 : this.settings.threads;
    gauge(address, 'inFlight', () => this.inFlight);
    gauge(address, 'queue', sum((instance) => instance.line.length));
    gauge(address, 'busy', sum((instance) => instance.busy));
    gauge(address, 'capacity', () => capacity * this.instances.length);
    gauge(address, 'up', sum((instance) => (instance.up ? 1 : 0)));
    gauge(address, 'healthy', sum((instance) => (this.believes(instance.index) ? 1 : 0)));
    if (this.instances.length <= RECORDED_INSTANCES_MAX) {
      for (const instance of this.instances) {
        gauge(instance.address, 'up', () => (instance.up ? 1 : 0));
        gauge(instance.address, 'busy', () => instance.busy);
        gauge(instance.address, 'queue', () => instance.line.length);
        gauge(instance.address, 'healthy', () => (this.believes(instance.index) ? 1 : 0));
      }
    }
    return {
      received: counter('received'),
      completed: counter('completed'),
      failed: counter('failed'),
      rejected: counter('rejected'),
      cancelled: counter('cancelled'),
      lost: counter('lost'),
      wasted: counter('wasted'),
      unreachable: counter('unreachable'),
      queuedNs: time('queuedNs'),
      busyNs: time('busyNs'),
      workedNs: time('workedNs'),
    };
  }
}
