/**
 * The innermost layer of a call site: it turns each call that reaches it into one send. It asks the balancer for an
 * instance, sends the request over the link, and hears the answer, or nothing.
 *
 * A cancelled send ends for the caller at once, while the server goes on, as with HTTP/1.1; where the site says
 * `cancelDownstream`, a cancel message travels to the server, as with gRPC.
 */
import { SECOND } from '../catalogue/units.ts';
import { assert } from '../kernel/assert.ts';
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import type { Context } from '../resilience/context.ts';
import { Outcome, isGood } from '../resilience/outcome.ts';
import { type Call, CallFlag, type Effects, type Pattern } from '../resilience/pattern.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { Accountable, Engine } from './engine.ts';
import { Exchange, Phase, Tie } from './exchange.ts';
import type { Instance } from './instance.ts';
import type { Link } from './link.ts';
import type { Server } from './server.ts';

const ARRIVE = 0;
const ANSWER = 1;
const CANCEL = 2;
const GIVE_UP = 3;
const REVOKE = 4;
const NO_EVENT = -1;
/** A connection that hears nothing is given up by its operating system: about 924 s with Linux' 15 retransmissions. */
export const SILENCE_NS = 924 * SECOND;

/** All exchanges of an engine, pooled, and the events that move them. */
export class Exchanges implements EventHandler {
  readonly engine: Engine;
  readonly #all: Exchange[] = [];
  readonly #free: Exchange[] = [];
  readonly #target: number;

  constructor(engine: Engine) {
    this.engine = engine;
    this.#target = targetOf(engine.kernel.register(this), 0);
  }

  get(id: number): Exchange {
    return this.#all[id]!;
  }

  open(wire: Wire, send: CallRecord, context: Context): Exchange {
    let exchange = this.#free.pop();
    if (exchange === undefined) {
      exchange = new Exchange(this.#all.length);
      this.#all.push(exchange);
    }
    exchange.wire = wire;
    exchange.send = send;
    exchange.ending = null;
    exchange.use++;
    exchange.cancelAt = Infinity;
    exchange.context = context;
    exchange.event = NO_EVENT;
    // What travels is the time that is left, not an instant, as with gRPC: clocks differ. So the way is not counted.
    exchange.deadline = send.deadline === Infinity ? Infinity : send.deadline - this.engine.now;
    context.refs++;
    return exchange;
  }

  close(exchange: Exchange): void {
    if (exchange.event !== NO_EVENT) this.engine.unschedule(exchange.event);
    if (exchange.tie !== null) this.#untie(exchange, exchange.tie);
    exchange.phase = Phase.free;
    exchange.send = null;
    exchange.activation = null;
    this.engine.runtime.releaseContext(exchange.context);
    this.#free.push(exchange);
  }

  after(delayNs: number, kind: number, exchange: Exchange): void {
    exchange.event = this.engine.scheduleEvent(this.engine.now + delayNs, this.#target + kind, exchange.id);
  }

  /** Ties a send to the one that its call has made before and still waits for. What comes too late is dropped when it arrives. */
  tie(exchange: Exchange, call: Context): void {
    const { history } = call;
    const before = history.tiedExchange < 0 ? null : this.#all[history.tiedExchange]!;
    exchange.context.history.tiedExchange = exchange.id;
    const tie = (exchange.tie = new Tie());
    if (before !== null && before.use === history.tiedUse && before.send !== null && before.tie!.twin === null) {
      tie.twin = before;
      before.tie!.twin = exchange;
      tie.isRevoked = before.tie!.hasBegun;
    } else {
      history.tiedExchange = exchange.id;
      history.tiedUse = exchange.use;
    }
  }

  #untie(exchange: Exchange, tie: Tie): void {
    if (tie.revocation !== NO_EVENT) this.engine.unschedule(tie.revocation);
    if (tie.twin !== null) tie.twin.tie!.twin = null;
    exchange.tie = null;
  }

  /** A tied send has been given a thread: its server tells that of the other, which is as far away as both are from the caller. */
  begun(exchange: Exchange, work: Context): void {
    const { tie } = exchange;
    // Work that was let go of may begin when its exchange is over and belongs to another send.
    if (tie === null || exchange.context !== work) return;
    const { twin } = tie;
    tie.hasBegun = true;
    if (twin === null || twin.tie!.hasBegun) return;
    const delay = twin.wire.link.request.delay(twin.context.slot);
    if (delay === 0) twin.wire.server.revoke(twin);
    else if (delay !== Infinity) twin.tie!.revocation = this.engine.scheduleEvent(this.engine.now + delay, this.#target + REVOKE, twin.id);
  }

  on(kind: number, id: number): void {
    const exchange = this.#all[id]!;
    if (kind === REVOKE) {
      exchange.tie!.revocation = NO_EVENT;
      exchange.wire.server.revoke(exchange);
      return;
    }
    exchange.event = NO_EVENT;
    switch (kind) {
      case ARRIVE:
        exchange.wire.arrive(exchange);
        break;
      case ANSWER:
        exchange.wire.hear(exchange);
        break;
      case CANCEL:
        exchange.wire.server.cancelled(exchange);
        break;
      case GIVE_UP:
        exchange.wire.giveUp(exchange);
        break;
    }
  }

  /** What an instance has received and not done with, in the order of its arrival. */
  heldBy(instance: Instance): Exchange[] {
    return this.#all.filter((exchange) => exchange.arrival > 0 && exchange.instance === instance).sort((a, b) => a.arrival - b.arrival);
  }

  /** Exchanges that either end still holds; zero at rest. */
  get count(): number {
    return this.#all.length - this.#free.length;
  }
}

/** Indices of a call site's series. */
interface SiteSeries {
  readonly calls: number;
  readonly sends: number;
  readonly retries: number;
  readonly hedges: number;
  readonly answered: number;
  readonly failedSends: number;
  readonly cancelledSends: number;
}

export class Wire implements Pattern<Exchange | null>, Accountable {
  readonly address: string;
  readonly engine: Engine;
  readonly exchanges: Exchanges;
  /** Set when all components exist. */
  server!: Server;
  link!: Link;
  /** A cancelled send tells the server, so that work nobody wants is dropped. */
  readonly cancelDownstream: boolean;
  readonly #series: SiteSeries;
  readonly #pickPurpose: number;
  /** Sends whose outcome the caller awaits. */
  inFlight = 0;
  /** The ledger of sends as the caller sees them. */
  sent = 0;
  ended = 0;
  /** Of those sent: not the first of their call, after the others or beside them. Of those ended: with a usable answer, and let go of by the caller. */
  #retried = 0;
  #hedged = 0;
  #answered = 0;
  #cancelled = 0;

  constructor(exchanges: Exchanges, address: string, cancelDownstream: boolean) {
    const { engine } = exchanges;
    this.address = address;
    this.engine = engine;
    this.exchanges = exchanges;
    this.cancelDownstream = cancelDownstream;
    this.#pickPurpose = engine.purpose('balancer/pick');
    const { recorder } = engine;
    const counter = (name: string): number => recorder.register(address, name, 'counter', 'count');
    this.#series = {
      calls: counter('calls'),
      sends: counter('sends'),
      retries: counter('retries'),
      hedges: counter('hedges'),
      answered: counter('answered'),
      failedSends: counter('failedSends'),
      cancelledSends: counter('cancelledSends'),
    };
    recorder.gauge(recorder.register(address, 'inFlight', 'gauge', 'count'), () => this.inFlight);
    engine.accountables.push(this);
  }

  /** The state of a send is its exchange, while there is one. */
  newState(): null {
    return null;
  }

  onCall(call: Call<Exchange | null>, _fx: Effects): void {
    const record = call as CallRecord<Exchange | null>;
    const { engine, server } = this;
    if (record.deadline <= engine.now) {
      engine.runtime.settle(record, Outcome.deadlineExceeded);
      return;
    }
    const from = record.context;
    const ordinal = from.sends++;
    this.sent++;
    this.inFlight++;

    const context = engine.runtime.newContext(from);
    engine.childKey(context.slot, from.slot, ordinal);
    if (ordinal > 0) this.#countRepeated(record, context);
    const exchange = this.exchanges.open(this, record, context);
    exchange.life = record.life;
    record.state = exchange;
    const at = record.endpoint >= 0 ? record.endpoint : server.pickFor(from, context.operation, context.slot, this.#pickPurpose);
    if (at < 0) {
      record.state = null;
      this.exchanges.close(exchange);
      server.countUnreachable();
      this.#end(Outcome.unreachable);
      engine.runtime.settle(record, Outcome.unreachable);
      return;
    }
    const instance = server.instances[at]!;
    exchange.instance = instance;
    record.endpoint = at;
    server.balancer.started(at);
    if ((context.flags & CallFlag.tied) !== 0) this.exchanges.tie(exchange, from);
    const delay = this.link.request.delay(context.slot);
    if (delay === 0) {
      this.arrive(exchange);
      return;
    }
    if (delay === Infinity) {
      this.#silence(exchange);
      return;
    }
    exchange.phase = Phase.outward;
    this.exchanges.after(delay, ARRIVE, exchange);
  }

  #countRepeated(send: CallRecord, context: Context): void {
    if (isBesideAnother(send)) {
      this.#hedged++;
      context.flags |= CallFlag.hedge;
    } else {
      this.#retried++;
      context.flags |= CallFlag.retry;
    }
  }

  /** Sends have no children; answers come through `hear`. */
  onOutcome(): void {}

  /** The caller lets go. The request may be on its way, at the server, or its answer on the way home. */
  onCancel(call: Call<Exchange | null>, fx: Effects): void {
    const record = call as CallRecord<Exchange | null>;
    const exchange = record.state!;
    this.#letGo(record, exchange);
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.inFlight;
  }

  integrate(): void {
    const { values } = this.engine.recorder;
    values[this.#series.sends] = this.sent;
    values[this.#series.calls] = this.sent - this.#retried - this.#hedged;
    values[this.#series.retries] = this.#retried;
    values[this.#series.hedges] = this.#hedged;
    values[this.#series.answered] = this.#answered;
    values[this.#series.cancelledSends] = this.#cancelled;
    values[this.#series.failedSends] = this.ended - this.#answered - this.#cancelled;
  }

  audit(): void {
    assert(this.sent === this.ended + this.inFlight, `${this.address}: ${this.sent} sends are not ${this.ended} ended + ${this.inFlight} in flight`);
  }

  /** The request reaches the server's machine. */
  arrive(exchange: Exchange): void {
    if (exchange.deadline !== Infinity) exchange.deadline += this.engine.now;
    exchange.phase = Phase.atServer;
    const { cancelAt } = exchange;
    this.server.receive(exchange);
    if (cancelAt !== Infinity && exchange.phase === Phase.atServer) this.exchanges.after(Math.max(0, cancelAt - this.engine.now), CANCEL, exchange);
  }

  /** The server's end has an outcome (already in the exchange): it travels home. */
  reply(exchange: Exchange): void {
    exchange.activation = null;
    if (exchange.send === null) {
      this.exchanges.close(exchange);
      return;
    }
    const delay = this.link.response.delay(exchange.context.slot);
    if (delay === 0) {
      this.hear(exchange);
      return;
    }
    if (delay === Infinity) {
      this.#silence(exchange);
      return;
    }
    exchange.phase = Phase.homeward;
    this.exchanges.after(delay, ANSWER, exchange);
  }

  /** The machine vanished without a word: the caller waits until its own timeout. */
  fallSilent(exchange: Exchange): void {
    exchange.activation = null;
    if (exchange.send === null) this.exchanges.close(exchange);
    else this.#silence(exchange);
  }

  /** Nothing was heard for so long that the caller's operating system resets the connection. */
  giveUp(exchange: Exchange): void {
    exchange.ending = this.engine.runtime.endingOf(Outcome.reset, this.server.layerIndex, 0);
    this.hear(exchange);
  }

  /** The answer has come home. */
  hear(exchange: Exchange): void {
    const send = exchange.send;
    if (send !== null) {
      const { index } = exchange.instance;
      this.server.balancer.ended(index);
      send.state = null;
      this.#end(exchange.ending!.code);
      this.engine.runtime.settleAs(send, exchange.ending!, index);
    }
    this.exchanges.close(exchange);
  }

  #silence(exchange: Exchange): void {
    exchange.phase = Phase.silent;
    this.exchanges.after(SILENCE_NS, GIVE_UP, exchange);
  }

  #letGo(record: CallRecord<Exchange | null>, exchange: Exchange): void {
    record.state = null;
    exchange.send = null;
    this.server.balancer.ended(exchange.instance.index);
    this.#end(Outcome.cancelled);
    switch (exchange.phase) {
      case Phase.silent:
      case Phase.homeward:
        // The work is done, and its answer reaches nobody.
        if (exchange.ending !== null && isGood(exchange.ending.code)) this.server.wasted++;
        this.exchanges.close(exchange);
        break;
      case Phase.outward:
      case Phase.atServer:
        if (this.cancelDownstream) this.#sendCancel(exchange);
        break;
    }
  }

  #sendCancel(exchange: Exchange): void {
    const delay = this.link.request.delay(exchange.context.slot);
    if (delay === Infinity) return;
    // Messages do not overtake one another: the request comes first.
    if (exchange.phase === Phase.outward) exchange.cancelAt = this.engine.now + delay;
    else if (delay === 0) this.server.cancelled(exchange);
    else this.exchanges.after(delay, CANCEL, exchange);
  }

  #end(code: number): void {
    this.inFlight--;
    this.ended++;
    if (isGood(code)) this.#answered++;
    else if (code === Outcome.cancelled) this.#cancelled++;
  }
}

/** Whether another attempt at the same call is under way: a layer around the send waits for both. */
function isBesideAnother(send: CallRecord): boolean {
  for (let call = send.parent; call !== null && call.context === send.context; call = call.parent) if (call.open > 1) return true;
  return false;
}
