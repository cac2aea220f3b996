import { BARE_MS, SECOND } from '../../catalogue/units.ts';
import { duration, type ValuesOf } from '../../catalogue/param.ts';
import { codeSet } from '../failures.ts';
import { Mark } from '../mark.ts';
import { isGood, Outcome } from '../outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from '../pattern.ts';
import { evictOnParam, setupParam } from './params.ts';


const params = {
  connectTimeout: duration({
    about: 'How long it may take until the callee answers the call for a connection.',
    bareUnit: BARE_MS,
    minExclusive: true,
    unlimited: true,
    default: 10 * SECOND,
    source: 'undici 7 (connect.timeout)',
  }),
  keepAliveTimeout: duration({
    about: 'A connection that has been idle for this long is closed; 0: every call sets up one of its own.',
    bareUnit: BARE_MS,
    unlimited: true,
    default: 4 * SECOND,
    source: 'undici 7 (keepAliveTimeout)',
  }),
  setup: setupParam,
  evictOn: evictOnParam,
};

interface Connection {
  endpoint: number;
  /** Of the instance at its other end. */
  life: number;
  idleSince: number;
}

const Phase = { connects: 0, setsUp: 1, works: 2 } as const;

interface Use {
  connection: Connection | null;
  phase: number;
}

const CONNECT = 0;
const WORK = 1;

/** Idle connections are looked at when somebody wants one: nothing happens to them otherwise that anybody could see. */
class KeepAlive implements Pattern<Use> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #breaks: Uint8Array;
  /** Longest idle first. */
  readonly #idle: Connection[] = [];
  #inUse = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#breaks = codeSet(values.evictOn);
  }

  newState(): Use {
    return { connection: null, phase: Phase.connects };
  }

  onCall(call: Call<Use>, fx: Effects): void {
    this.#inUse++;
    const idle = this.#freshest(fx);
    call.state.connection = idle;
    if (idle !== null) {
      this.#use(call, fx);
      return;
    }
    call.state.phase = Phase.connects;
    // The timer comes first, so that the timeout wins a tie with the answer.
    fx.wakeAt(call, fx.now + this.#values.connectTimeout);
    fx.connect(call, CONNECT, -1, -1);
  }

  onOutcome(call: Call<Use>, child: Child, fx: Effects): void {
    const { state } = call;
    if (state.phase === Phase.works) {
      fx.settleWith(call, child);
      this.#comesBack(state.connection!, child.code, fx);
      return;
    }
    // A call that has been let go of will hear of it in a moment, and then gives back what it has.
    if (call.cancelled) return;
    if (!isGood(child.code)) {
      fx.settleWith(call, child);
      this.#inUse--;
      return;
    }
    state.connection = { endpoint: child.endpoint, life: child.life, idleSince: fx.now };
    fx.note(this.#host, Mark.connected);
    if (this.#values.setup === 0) {
      this.#use(call, fx);
      return;
    }
    state.phase = Phase.setsUp;
    fx.wakeAt(call, fx.now + this.#values.setup);
  }

  onWake(call: Call<Use>, fx: Effects): void {
    if (call.state.phase === Phase.setsUp) {
      this.#use(call, fx);
      return;
    }
    fx.cancel(call);
    fx.settle(call, Outcome.timeout);
    this.#inUse--;
  }

  /** An answer that nobody waits for would stand in the way of the next one, so the connection is closed. */
  onCancel(call: Call<Use>, fx: Effects): void {
    if (call.state.connection !== null) fx.note(this.#host, Mark.disconnected);
    this.#inUse--;
    fx.cancel(call);
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.#inUse;
  }

  /** The connection that came back last; when that has been idle for too long, so have all others. */
  #freshest(fx: Effects): Connection | null {
    const last = this.#idle.pop();
    if (last === undefined) return null;
    if (fx.now - last.idleSince < this.#values.keepAliveTimeout) return last;
    for (let closed = this.#idle.length + 1; closed > 0; closed--) fx.note(this.#host, Mark.disconnected);
    this.#idle.length = 0;
    return null;
  }

  #use(call: Call<Use>, fx: Effects): void {
    const { state } = call;
    const { endpoint, life } = state.connection!;
    state.phase = Phase.works;
    fx.sleep(call);
    fx.startOn(call, WORK, endpoint, life);
  }

  #comesBack(connection: Connection, code: number, fx: Effects): void {
    this.#inUse--;
    if (this.#breaks[code] === 1 || this.#values.keepAliveTimeout === 0) {
      fx.note(this.#host, Mark.disconnected);
      return;
    }
    connection.idleSince = fx.now;
    this.#idle.push(connection);
  }
}

export const keepAlivePool = definePattern({
  family: 'connectionPool',
  kind: 'keepAlive',
  title: 'Kept connections',
  about: 'Sets up a connection for a call unless one is idle, and keeps it for the next calls for a while, as clients of HTTP do.',
  source: 'undici 7; the connection that came back last is taken first, as by http.Agent of Node 20 (scheduling: lifo)',
  useWhen: 'It matters that connections have to be set up: after a pause, after a restart of the callee, or when the callee cannot be reached at all and connectTimeout decides how soon that is known.',
  avoidWhen: 'The number of connections must be limited: it is not. Use a pool that limits, or put a bulkhead outside.',
  differs: 'The other pools limit how many connections there are and let calls wait for them; this one always sets up another. A connection whose caller has left is closed.',
  side: 'caller',
  defaultScope: 'instance',
  connects: true,
  marks: ['connected', 'disconnected'],
  longestNs: ({ connectTimeout, setup }, insideNs) => connectTimeout + setup + insideNs,
  params,
  create: (values, host) => new KeepAlive(values, host),
});
