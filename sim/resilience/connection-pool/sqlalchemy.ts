import { count, duration, flag, number, type ValuesOf } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { codeSet } from '../failures.ts';
import { Mark } from '../mark.ts';
import { isGood, Outcome } from '../outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from '../pattern.ts';
import { type Waiting, WaitingLine } from '../waiting-line.ts';
import { evictOnParam, releaseParam, setupParam } from './params.ts';
import { Slots } from './slots.ts';

const S = { name: 's', factor: SECOND } as const;

const params = {
  poolSize: count({ about: 'How many connections the pool keeps; 0: as many as have ever been needed at once.', unit: 'connections', default: 5, source: 'SQLAlchemy 2.0 (pool_size)' }),
  maxOverflow: number({
    about: 'How many more may be open at once; they are closed when they come back and nobody waits. -1: any number.',
    unit: 'connections',
    min: -1,
    default: 10,
    source: 'SQLAlchemy 2.0 (max_overflow)',
  }),
  poolTimeout: duration({ about: 'How long a call waits for a connection before it fails.', bareUnit: S, unlimited: true, default: 30 * SECOND, source: 'SQLAlchemy 2.0 (pool_timeout)' }),
  poolRecycle: duration({
    about: 'A connection older than this is set up anew when it is lent.',
    bareUnit: S,
    unlimited: true,
    default: Infinity,
    source: 'SQLAlchemy 2.0 (pool_recycle; -1 there means never)',
  }),
  poolPrePing: flag({ about: 'Tests each connection before it is lent, unless it is new.', default: false, source: 'SQLAlchemy 2.0 (pool_pre_ping)' }),
  useLifo: flag({ about: 'Lends the connection that came back last instead of the one that has been idle longest.', default: false, source: 'SQLAlchemy 2.0 (pool_use_lifo)' }),
  connectTimeout: duration({
    about: 'How long the set-up of a connection may take.',
    minExclusive: true,
    unlimited: true,
    default: Infinity,
    source: 'psycopg 3 (connect_timeout, off unless given)',
  }),
  setup: setupParam,
  evictOn: evictOnParam,
  release: releaseParam,
};

/** A place in the pool, with a connection or without. */
class Place {
  slot = 0;
  isConnected = false;
  /** Its first connection is still being set up; if that fails, the place is given up. */
  isNew = true;
  startedAt = 0.5;
  endpoint = -1;
  life = -1;
}

const Phase = { waits: 0, tests: 1, connects: 2, setsUp: 3, works: 4 } as const;

interface Checkout extends Waiting<Checkout> {
  place: Place | null;
  phase: number;
}

/**
 * Whoever takes a place that has no connection, or one that must not be used any more, sets one up by itself and pays for
 * it. A connection that turns out to be dead tells the pool that all set up before are suspect: each is set up anew when it
 * is lent next.
 */
class QueuePool implements Pattern<Checkout> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #breaks: Uint8Array;
  readonly #placesMax: number;
  readonly #keptMax: number;
  /** Longest idle first. */
  readonly #idle: Place[] = [];
  readonly #slots = new Slots<Place>();
  readonly #line = new WaitingLine<Checkout>();
  #places = 0;
  /** Connections set up before this are suspect. */
  #invalidatedAt = -0.5;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    const { poolSize: size, maxOverflow: overflow } = values;
    this.#values = values;
    this.#host = host;
    this.#breaks = codeSet(values.evictOn);
    this.#keptMax = size === 0 ? Infinity : size;
    this.#placesMax = placesMax(size, overflow);
  }

  newState(): Checkout {
    return { isWaiting: false, before: null, behind: null, place: null, phase: Phase.waits };
  }

  onCall(call: Call<Checkout>, fx: Effects): void {
    const { state } = call;
    state.isWaiting = false;
    state.place = null;
    state.phase = Phase.waits;
    const place = this.#values.useLifo ? this.#idle.pop() : this.#idle.shift();
    if (place !== undefined) this.#checkOut(call, place, fx);
    else if (this.#places < this.#placesMax) this.#connect(call, this.#newPlace(), fx);
    else if (this.#values.poolTimeout > 0) this.#wait(call, fx);
    else this.#reject(call, fx);
  }

  onOutcome(call: Call<Checkout>, child: Child, fx: Effects): void {
    const place = call.state.place!;
    // A call that has been let go of will hear of it in a moment, and then gives back what it has.
    if (call.cancelled && call.state.phase !== Phase.works) return;
    switch (call.state.phase) {
      case Phase.tests:
        if (isGood(child.code)) this.#use(call, place, fx);
        else this.#failedTest(call, place, fx);
        break;
      case Phase.connects:
        if (isGood(child.code)) this.#setUp(call, place, child, fx);
        else {
          fx.settleWith(call, child);
          this.#notConnected(place, fx);
        }
        break;
      case Phase.works:
        fx.settleWith(call, child);
        this.#comesBack(place, child.code, fx);
        break;
    }
  }

  onWake(call: Call<Checkout>, fx: Effects): void {
    const { phase, place } = call.state;
    if (phase === Phase.waits) {
      this.#line.leave(call);
      this.#reject(call, fx);
    } else if (phase === Phase.connects) {
      fx.cancel(call);
      fx.settle(call, Outcome.timeout);
      this.#notConnected(place!, fx);
    } else this.#use(call, place!, fx);
  }

  onCancel(call: Call<Checkout>, fx: Effects): void {
    const { phase, place } = call.state;
    if (phase === Phase.waits) this.#line.leave(call);
    else if (phase === Phase.works && this.#values.release === 'whenWorkEnds') fx.adopt(call);
    else {
      fx.cancel(call);
      if (phase === Phase.works) this.#disconnect(place!, fx);
      if (phase === Phase.connects || phase === Phase.setsUp) this.#notConnected(place!, fx);
      else this.#checkIn(place!, fx);
    }
    fx.settle(call, Outcome.cancelled);
  }

  /** Work whose caller has gone has ended. */
  onBackground(child: Child, fx: Effects): void {
    this.#comesBack(this.#slots.get(child.tag), child.code, fx);
  }

  held(): number {
    return this.#places - this.#idle.length + this.#line.length;
  }

  #wait(call: Call<Checkout>, fx: Effects): void {
    fx.note(this.#host, Mark.waited);
    this.#line.join(call);
    fx.wakeAt(call, fx.now + this.#values.poolTimeout);
  }

  #reject(call: Call<Checkout>, fx: Effects): void {
    fx.note(this.#host, Mark.rejected);
    fx.settle(call, Outcome.poolTimeout);
  }

  #newPlace(): Place {
    const place = new Place();
    place.slot = this.#slots.add(place);
    this.#places++;
    return place;
  }

  #checkOut(call: Call<Checkout>, place: Place, fx: Effects): void {
    const { poolRecycle: recycleNs, poolPrePing: tests } = this.#values;
    const isSuspect = fx.now - place.startedAt > recycleNs || this.#invalidatedAt > place.startedAt;
    if (place.isConnected && isSuspect) this.#disconnect(place, fx);
    if (!place.isConnected) this.#connect(call, place, fx);
    else if (tests) this.#test(call, place, fx);
    else this.#use(call, place, fx);
  }

  #test(call: Call<Checkout>, place: Place, fx: Effects): void {
    call.state.place = place;
    call.state.phase = Phase.tests;
    fx.note(this.#host, Mark.probed);
    fx.connect(call, place.slot, place.endpoint, place.life);
  }

  /** A dead connection makes all of its age suspect; the caller sets up another. */
  #failedTest(call: Call<Checkout>, place: Place, fx: Effects): void {
    this.#disconnect(place, fx);
    this.#invalidatedAt = fx.now;
    this.#connect(call, place, fx);
  }

  #connect(call: Call<Checkout>, place: Place, fx: Effects): void {
    call.state.place = place;
    call.state.phase = Phase.connects;
    place.startedAt = fx.now;
    fx.wakeAt(call, fx.now + this.#values.connectTimeout);
    fx.connect(call, place.slot, -1, -1);
  }

  /** The callee has answered; what remains is to log in. */
  #setUp(call: Call<Checkout>, place: Place, child: Child, fx: Effects): void {
    place.endpoint = child.endpoint;
    place.life = child.life;
    place.isConnected = true;
    fx.note(this.#host, Mark.connected);
    if (this.#values.setup === 0) {
      this.#use(call, place, fx);
      return;
    }
    call.state.phase = Phase.setsUp;
    fx.wakeAt(call, fx.now + this.#values.setup);
  }

  #use(call: Call<Checkout>, place: Place, fx: Effects): void {
    call.state.place = place;
    call.state.phase = Phase.works;
    place.isNew = false;
    fx.sleep(call);
    fx.startOn(call, place.slot, place.endpoint, place.life);
  }

  #disconnect(place: Place, fx: Effects): void {
    place.isConnected = false;
    fx.note(this.#host, Mark.disconnected);
  }

  /** A new place is given up, and nobody in line hears of it: they wait for one that comes back. */
  #notConnected(place: Place, fx: Effects): void {
    if (place.isConnected) this.#disconnect(place, fx);
    if (place.isNew) this.#giveUp(place);
    else this.#checkIn(place, fx);
  }

  #comesBack(place: Place, code: number, fx: Effects): void {
    if (this.#breaks[code] === 1) {
      this.#disconnect(place, fx);
      this.#invalidatedAt = fx.now;
    }
    this.#checkIn(place, fx);
  }

  #checkIn(place: Place, fx: Effects): void {
    const next = this.#line.next();
    if (next !== null) {
      fx.sleep(next);
      this.#checkOut(next, place, fx);
    } else if (this.#idle.length < this.#keptMax) {
      this.#idle.push(place);
    } else {
      if (place.isConnected) this.#disconnect(place, fx);
      this.#giveUp(place);
    }
  }

  #giveUp(place: Place): void {
    this.#slots.remove(place.slot);
    this.#places--;
  }
}

function placesMax(size: number, overflow: number): number {
  return size === 0 || overflow < 0 ? Infinity : size + overflow;
}

export const sqlalchemyPool = definePattern({
  family: 'connectionPool',
  kind: 'sqlalchemy',
  title: 'Connection pool, SQLAlchemy',
  about: 'Keeps some connections and lets some more be opened for a while; who finds neither waits in line.',
  source: 'SQLAlchemy 2.0 (QueuePool)',
  useWhen: 'Calls go to a database: connections are dear to set up, and the database can bear only so many.',
  avoidWhen: 'Without poolPrePing, where the database may fail over: each connection that is lent when it does costs a failed call.',
  differs: 'Callers set up connections by themselves and pay for it; overflow is closed again. After one dead connection all of its age are set up anew. HikariCP does both in the background.',
  side: 'caller',
  defaultScope: 'instance',
  connects: true,
  concurrency: ({ poolSize, maxOverflow }) => placesMax(poolSize, maxOverflow),
  longestNs: ({ poolTimeout }, insideNs) => poolTimeout + insideNs,
  marks: ['rejected', 'waited', 'connected', 'probed', 'disconnected'],
  params,
  check: ({ maxOverflow: overflow }) => (Number.isInteger(overflow) ? [] : [{ param: 'maxOverflow', message: 'must be a whole number' }]),
  create: (values, host) => new QueuePool(values, host),
});
