import { count, duration, type ValuesOf } from '../../catalogue/param.ts';
import { BARE_MS, MILLISECOND, MINUTE, SECOND } from '../../catalogue/units.ts';
import { codeSet } from '../failures.ts';
import { Mark } from '../mark.ts';
import { isGood, Outcome } from '../outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from '../pattern.ts';
import { type Waiting, WaitingLine } from '../waiting-line.ts';
import { evictOnParam, releaseParam, setupParam } from './params.ts';
import { Slots } from './slots.ts';

const SOURCE = 'HikariCP 6.0 (HikariConfig)';

const params = {
  maximumPoolSize: count({ about: 'How many connections there may be, lent and idle together.', unit: 'connections', min: 1, default: 10, source: SOURCE }),
  minimumIdle: count({
    about: 'How many idle connections the pool tries to keep. Left out: as many as maximumPoolSize, so that the pool has a fixed size.',
    unit: 'connections',
    optional: true,
    source: SOURCE,
  }),
  connectionTimeout: duration({
    about: 'How long a call waits for a connection before it fails; also how long the set-up of one may take.',
    bareUnit: BARE_MS,
    minExclusive: true,
    unlimited: true,
    default: 30 * SECOND,
    source: SOURCE,
  }),
  validationTimeout: duration({ about: 'How long the test of a connection may take before it counts as dead.', bareUnit: BARE_MS, minExclusive: true, default: 5 * SECOND, source: SOURCE }),
  aliveBypassWindow: duration({
    about: 'A connection that was used within this time is lent without a test.',
    bareUnit: BARE_MS,
    unlimited: true,
    default: 500 * MILLISECOND,
    source: 'HikariCP 6.0 (com.zaxxer.hikari.aliveBypassWindowMs)',
  }),
  idleTimeout: duration({
    about: 'An idle connection beyond minimumIdle is closed after this time, at the next round of housekeeping; 0: never.',
    bareUnit: BARE_MS,
    default: 10 * MINUTE,
    source: SOURCE,
  }),
  maxLifetime: duration({
    about: 'A connection is closed after this time, as soon as it is idle; 0: never. Up to 2.5 % are taken off at random, so that not all die at once.',
    bareUnit: BARE_MS,
    default: 30 * MINUTE,
    source: SOURCE,
  }),
  keepaliveTime: duration({ about: 'How often an idle connection is tested; 0: never.', bareUnit: BARE_MS, default: 0, source: SOURCE }),
  setup: setupParam,
  evictOn: evictOnParam,
  release: releaseParam,
};

const HOUSEKEEPING_NS = 30 * SECOND;
/** The adder pauses after each connection, and longer and longer after each failure. */
const PAUSE_NS = 30 * MILLISECOND;
const BACKOFF_NS = 10 * MILLISECOND;
const BACKOFF_MAX_NS = 5 * SECOND;
/** Shorter lives are not varied. */
const VARIED_LIFE_NS = 10 * SECOND;

/** Timers of the layer. */
const ADDER = 0;
const LIVES = 1;
const HOUSEKEEPING = 2;

/** What a child of a call, or of the layer, does; its tag is this, and four times the number of its connection. */
const WORK = 0;
const TEST = 1;
const KEEPALIVE = 2;
const SETUP = 3;

class Connection {
  readonly endpoint: number;
  readonly life: number;
  readonly retireAt: number;
  readonly keepaliveNs: number;
  slot = 0;
  isIdle = false;
  /** Its time is over: it is closed as soon as it comes back. */
  isRetired = false;
  usedAt: number;
  keepaliveAt: number;
  /** The test under way that keeps it alive. */
  test: Call | null = null;
  testUntil = Infinity;

  constructor(endpoint: number, life: number, now: number, retireAt: number, keepaliveNs: number) {
    this.endpoint = endpoint;
    this.life = life;
    this.usedAt = now;
    this.retireAt = retireAt;
    this.keepaliveNs = keepaliveNs;
    this.keepaliveAt = now + keepaliveNs;
  }
}

interface Loan extends Waiting<Loan> {
  connection: Connection | null;
  isTesting: boolean;
  /** When its time to get a connection is over. */
  until: number;
}

/** What the one thread that sets up connections does. */
const Adder = { rests: 0, connects: 1, setsUp: 2, pauses: 3 } as const;

/**
 * One thread, the adder, sets up connections, one after the other, whenever somebody waits or fewer than `minimumIdle` are
 * idle. A call takes the first idle connection, or waits in line; one that comes back goes to the first in line. The pool
 * begins to fill with the first call.
 */
class HikariPool implements Pattern<Loan> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  #minimumIdle: number;
  readonly #evicts: Uint8Array;
  /** In the order in which they were added. */
  readonly #connections: Connection[] = [];
  readonly #slots = new Slots<Connection>();
  readonly #line = new WaitingLine<Loan>();
  #idle = 0;
  #lent = 0;
  #hasBegun = false;
  #adder: number = Adder.rests;
  #setup: Call | null = null;
  #setupEndpoint = -1;
  #setupLife = -1;
  #backoffNs = BACKOFF_NS;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#minimumIdle = values.minimumIdle ?? values.maximumPoolSize;
    this.#evicts = codeSet(values.evictOn);
  }

  newState(): Loan {
    return { isWaiting: false, before: null, behind: null, connection: null, isTesting: false, until: 0.5 };
  }

  // ---- calls --------------------------------------------------------------------------------------------------

  onCall(call: Call<Loan>, fx: Effects): void {
    const { state } = call;
    state.isWaiting = false;
    state.connection = null;
    state.isTesting = false;
    state.until = fx.now + this.#values.connectionTimeout;
    if (!this.#hasBegun) this.#begin(fx);
    this.#borrow(call, fx);
  }

  onOutcome(call: Call<Loan>, child: Child, fx: Effects): void {
    const connection = call.state.connection!;
    if (call.state.isTesting) {
      // A call that has been let go of will hear of it in a moment, and then gives back what it has.
      if (call.cancelled) return;
      fx.sleep(call);
      if (isGood(child.code)) this.#use(call, connection, fx);
      else this.#failedTest(call, connection, fx);
      return;
    }
    fx.settleWith(call, child);
    this.#comesBack(connection, child.code, fx);
  }

  onWake(call: Call<Loan>, fx: Effects): void {
    const { state } = call;
    if (state.isTesting) {
      fx.cancel(call);
      fx.abandon(call);
      this.#failedTest(call, state.connection!, fx);
      return;
    }
    this.#line.leave(call);
    this.#reject(call, fx);
  }

  onCancel(call: Call<Loan>, fx: Effects): void {
    const { connection, isWaiting, isTesting } = call.state;
    if (isWaiting) this.#line.leave(call);
    else if (isTesting) {
      fx.cancel(call);
      fx.abandon(call);
      this.#giveBack(connection!, fx);
    } else if (this.#values.release === 'whenWorkEnds') fx.adopt(call);
    else {
      fx.cancel(call);
      this.#lent--;
      this.#close(connection!, fx);
    }
    fx.settle(call, Outcome.cancelled);
  }

  /** Work whose caller has gone, a test, or a set-up has ended. */
  onBackground(child: Child, fx: Effects): void {
    const what = child.tag & 3;
    if (what === SETUP) {
      this.#connected(child, fx);
      return;
    }
    const connection = this.#slots.get(child.tag >> 2);
    if (what === WORK) this.#comesBack(connection, child.code, fx);
    else this.#keptAlive(connection, child.code, fx);
  }

  /** Connections are set up for those who wait, and for nobody else. */
  retire(): void {
    this.#minimumIdle = 0;
  }

  onLayerWake(timer: number, fx: Effects): void {
    if (timer === ADDER) this.#adderWakes(fx);
    else if (timer === LIVES) this.#endLives(fx);
    else this.#keepHouse(fx);
  }

  held(): number {
    return this.#lent + this.#line.length;
  }

  #begin(fx: Effects): void {
    this.#hasBegun = true;
    if (this.#minimumIdle < this.#values.maximumPoolSize && this.#values.idleTimeout > 0) fx.wakeLayerAt(this.#host, HOUSEKEEPING, fx.now + HOUSEKEEPING_NS);
    this.#runAdder(fx);
  }

  #borrow(call: Call<Loan>, fx: Effects): void {
    const connection = this.#takeIdle();
    if (connection !== null) {
      this.#lend(call, connection, fx);
      return;
    }
    fx.note(this.#host, Mark.waited);
    this.#line.join(call);
    fx.wakeAt(call, call.state.until);
    this.#runAdder(fx);
  }

  #takeIdle(): Connection | null {
    if (this.#idle === 0) return null;
    for (const connection of this.#connections) {
      if (!connection.isIdle) continue;
      connection.isIdle = false;
      this.#idle--;
      return connection;
    }
    return null;
  }

  #lend(call: Call<Loan>, connection: Connection, fx: Effects): void {
    this.#lent++;
    call.state.connection = connection;
    if (fx.now - connection.usedAt <= this.#values.aliveBypassWindow) {
      this.#use(call, connection, fx);
      return;
    }
    call.state.isTesting = true;
    fx.note(this.#host, Mark.probed);
    fx.wakeAt(call, fx.now + this.#values.validationTimeout);
    fx.connect(call, connection.slot * 4 + TEST, connection.endpoint, connection.life);
  }

  #use(call: Call<Loan>, connection: Connection, fx: Effects): void {
    call.state.isTesting = false;
    fx.sleep(call);
    fx.startOn(call, connection.slot * 4 + WORK, connection.endpoint, connection.life);
  }

  /** The connection is dead: the call goes on with another, within the time that it has. */
  #failedTest(call: Call<Loan>, connection: Connection, fx: Effects): void {
    call.state.isTesting = false;
    call.state.connection = null;
    this.#lent--;
    this.#close(connection, fx);
    if (fx.now < call.state.until) this.#borrow(call, fx);
    else this.#reject(call, fx);
  }

  #reject(call: Call<Loan>, fx: Effects): void {
    fx.note(this.#host, Mark.rejected);
    fx.settle(call, Outcome.poolTimeout);
  }

  #comesBack(connection: Connection, code: number, fx: Effects): void {
    connection.usedAt = fx.now;
    if (this.#evicts[code] === 1) connection.isRetired = true;
    this.#giveBack(connection, fx);
  }

  #giveBack(connection: Connection, fx: Effects): void {
    this.#lent--;
    if (connection.isRetired) this.#close(connection, fx);
    else this.#offer(connection, fx);
  }

  /** To the first in line, or to rest. */
  #offer(connection: Connection, fx: Effects): void {
    const next = this.#line.next();
    if (next !== null) {
      fx.sleep(next);
      this.#lend(next, connection, fx);
      return;
    }
    connection.isIdle = true;
    this.#idle++;
  }

  #close(connection: Connection, fx: Effects): void {
    fx.note(this.#host, Mark.disconnected);
    this.#connections.splice(this.#connections.indexOf(connection), 1);
    this.#slots.remove(connection.slot);
    this.#watchLives(fx);
    this.#runAdder(fx);
  }

  // ---- the adder ----------------------------------------------------------------------------------------------

  #runAdder(fx: Effects): void {
    const { maximumPoolSize, connectionTimeout } = this.#values;
    const isWanted = this.#idle < this.#minimumIdle || this.#line.length > this.#idle;
    if (this.#adder !== Adder.rests || !isWanted || this.#connections.length >= maximumPoolSize) return;
    this.#adder = Adder.connects;
    fx.wakeLayerAt(this.#host, ADDER, fx.now + connectionTimeout);
    this.#setup = fx.connectLayer(this.#host, SETUP, -1, -1);
  }

  /** The callee has answered, or not. */
  #connected(child: Child, fx: Effects): void {
    this.#setup = null;
    if (isGood(child.code)) {
      this.#adder = Adder.setsUp;
      this.#setupEndpoint = child.endpoint;
      this.#setupLife = child.life;
      fx.wakeLayerAt(this.#host, ADDER, fx.now + this.#values.setup);
      return;
    }
    this.#adder = Adder.pauses;
    fx.wakeLayerAt(this.#host, ADDER, fx.now + this.#backoffNs);
    this.#backoffNs = Math.min(BACKOFF_MAX_NS, this.#backoffNs * 2);
  }

  #adderWakes(fx: Effects): void {
    if (this.#adder === Adder.connects) fx.stop(this.#setup!);
    else if (this.#adder === Adder.setsUp) {
      this.#add(fx);
      this.#adder = Adder.pauses;
      this.#backoffNs = BACKOFF_NS;
      fx.wakeLayerAt(this.#host, ADDER, fx.now + PAUSE_NS);
    } else {
      this.#adder = Adder.rests;
      this.#runAdder(fx);
    }
  }

  #add(fx: Effects): void {
    const { maxLifetime, keepaliveTime } = this.#values;
    const shortened = maxLifetime > VARIED_LIFE_NS ? Math.floor((maxLifetime / 40) * fx.uniformLayer(this.#host)) : 0;
    const keepaliveNs = keepaliveTime > 0 ? Math.ceil(keepaliveTime - (keepaliveTime / 10) * fx.uniformLayer(this.#host)) : Infinity;
    const retireAt = maxLifetime > 0 ? fx.now + maxLifetime - shortened : Infinity;
    const connection = new Connection(this.#setupEndpoint, this.#setupLife, fx.now, retireAt, keepaliveNs);
    connection.slot = this.#slots.add(connection);
    this.#connections.push(connection);
    fx.note(this.#host, Mark.connected);
    this.#watchLives(fx);
    this.#offer(connection, fx);
  }

  // ---- housekeeping -------------------------------------------------------------------------------------------

  /** Sets the timer for the next connection that is too old, is to be kept alive, or has not answered its test. */
  #watchLives(fx: Effects): void {
    let next = Infinity;
    for (const { isRetired, retireAt, keepaliveAt, testUntil } of this.#connections) {
      next = Math.min(next, isRetired ? Infinity : retireAt, keepaliveAt, testUntil);
    }
    fx.wakeLayerAt(this.#host, LIVES, next);
  }

  #endLives(fx: Effects): void {
    for (let i = this.#connections.length - 1; i >= 0; i--) {
      const connection = this.#connections[i]!;
      if (connection.retireAt <= fx.now && !connection.isRetired) this.#retire(connection, fx);
      else if (connection.keepaliveAt <= fx.now) this.#keepAlive(connection, fx);
      else if (connection.testUntil <= fx.now) {
        connection.testUntil = Infinity;
        fx.stop(connection.test!);
      }
    }
    this.#watchLives(fx);
  }

  #retire(connection: Connection, fx: Effects): void {
    connection.isRetired = true;
    if (connection.isIdle) this.#closeIdle(connection, fx);
  }

  #closeIdle(connection: Connection, fx: Effects): void {
    this.#idle--;
    this.#close(connection, fx);
  }

  /** A connection that is lent needs no test. */
  #keepAlive(connection: Connection, fx: Effects): void {
    connection.keepaliveAt = fx.now + connection.keepaliveNs;
    if (!connection.isIdle) return;
    connection.isIdle = false;
    this.#idle--;
    connection.testUntil = fx.now + this.#values.validationTimeout;
    fx.note(this.#host, Mark.probed);
    connection.test = fx.connectLayer(this.#host, connection.slot * 4 + KEEPALIVE, connection.endpoint, connection.life);
  }

  #keptAlive(connection: Connection, code: number, fx: Effects): void {
    connection.test = null;
    connection.testUntil = Infinity;
    if (isGood(code) && !connection.isRetired) this.#offer(connection, fx);
    else this.#close(connection, fx);
    this.#watchLives(fx);
  }

  #keepHouse(fx: Effects): void {
    fx.wakeLayerAt(this.#host, HOUSEKEEPING, fx.now + HOUSEKEEPING_NS);
    for (let i = 0; i < this.#connections.length && this.#idle > this.#minimumIdle; ) {
      const connection = this.#connections[i]!;
      if (connection.isIdle && fx.now - connection.usedAt > this.#values.idleTimeout) this.#closeIdle(connection, fx);
      else i++;
    }
  }
}

export const hikariPool = definePattern({
  family: 'connectionPool',
  kind: 'hikari',
  title: 'Connection pool, HikariCP',
  about: 'Lends a limited number of connections; who finds none waits in line for one that comes back or is set up.',
  source: 'HikariCP 6.0 (HikariPool, ConcurrentBag); of the idle connections a call takes the one that was set up first, where the library looks first for those that the same thread has used before',
  useWhen: 'Calls go to a database: connections are dear to set up, and the database can bear only so many.',
  avoidWhen: 'You only want to limit concurrency: a bulkhead does that without connections that die.',
  differs: 'One thread sets up connections in the background, also before they are needed; a connection idle for more than half a second is tested before it is lent. SQLAlchemy lets callers set up their own, and tests only with pre-ping.',
  side: 'caller',
  defaultScope: 'instance',
  connects: true,
  longestNs: ({ connectionTimeout }, insideNs) => connectionTimeout + insideNs,
  concurrency: ({ maximumPoolSize }) => maximumPoolSize,
  marks: ['rejected', 'waited', 'connected', 'probed', 'disconnected'],
  params,
  check: ({ minimumIdle, maximumPoolSize }) =>
    minimumIdle !== undefined && minimumIdle > maximumPoolSize ? [{ param: 'minimumIdle', message: 'must not exceed maximumPoolSize' }] : [],
  create: (values, host) => new HikariPool(values, host),
});
