import { choice, type ValuesOf } from '../catalogue/param.ts';
import { itemKey } from './item-key.ts';
import { type Keyed, KeyedEntries } from './keyed-entries.ts';
import { Mark } from './mark.ts';
import { isCancelled, Outcome } from './outcome.ts';
import { type Call, CallFlag, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

const params = {
  whenLeaderLeaves: choice(
    {
      goOn: 'The call inside goes on for those who wait with it, also when they leave one after another.',
      failAll: 'The call inside is asked to stop, and all who wait with it get an error.',
    },
    {
      about: 'What happens when the caller whose call it is stops waiting, for instance because of a timeout, and others wait with it.',
      default: 'goOn',
      source: 'goOn: a call with a context of its own; failAll: golang.org/x/sync singleflight, when the function uses the context of its first caller',
    },
  ),
};

/** A call under way for one key, and who waits for its outcome besides the caller that made it. */
class Flight implements Keyed<Flight> {
  key = 0;
  chained: Flight | null = null;
  older: Flight | null = null;
  newer: Flight | null = null;
  isIdle = false;
  readonly followers = new WaitingLine<Passenger>();
}

interface Passenger extends Waiting<Passenger> {
  /** Null for a call that is not coalesced, or not any more. */
  flight: Flight | null;
}

/** The tag of calls that are not coalesced; the others have their key. */
const ALONE = -1;

class Coalescing implements Pattern<Passenger> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #flights = new KeyedEntries<Flight>(Infinity, () => new Flight());
  #waiting = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
  }

  newState(): Passenger {
    return { flight: null, isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Passenger>, fx: Effects): void {
    const { state } = call;
    state.isWaiting = false;
    state.flight = null;
    if ((call.flags & CallFlag.write) !== 0) {
      fx.start(call, ALONE);
      return;
    }
    const key = itemKey(call);
    const flight = this.#flights.find(key);
    if (flight === null) {
      state.flight = this.#flights.add(key);
      fx.start(call, key);
    } else {
      fx.note(this.#host, Mark.coalesced);
      state.flight = flight;
      flight.followers.join(call);
      this.#waiting++;
    }
  }

  onOutcome(call: Call<Passenger>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
    if (call.state.flight !== null) this.#land(call.state.flight, child, fx);
  }

  onCancel(call: Call<Passenger>, fx: Effects): void {
    const { flight, isWaiting } = call.state;
    if (isWaiting) {
      flight!.followers.leave(call);
      this.#waiting--;
      fx.settle(call, Outcome.cancelled);
    } else if (flight !== null && flight.followers.peek() !== null && this.#values.whenLeaderLeaves === 'goOn') {
      fx.adopt(call);
      fx.settle(call, Outcome.cancelled);
    } else {
      // Nobody else waits, or all are to go: who comes from now on makes a call of its own.
      if (flight !== null) this.#land(flight, null, fx);
      call.state.flight = null;
      fx.cancel(call);
    }
  }

  /** A call has ended whose own caller had left; its tag is the key. */
  onBackground(child: Child, fx: Effects): void {
    this.#land(this.#flights.find(child.tag)!, child, fx);
  }

  held(): number {
    return this.#flights.size + this.#waiting;
  }

  /** The flight is over: its outcome is that of all who waited. @param child null when it was given up */
  #land(flight: Flight, child: Child | null, fx: Effects): void {
    this.#flights.remove(flight);
    for (let follower = flight.followers.next(); follower !== null; follower = flight.followers.next()) {
      this.#waiting--;
      if (child === null || isCancelled(child.code)) fx.settle(follower, Outcome.error);
      else fx.settleWith(follower, child);
    }
  }
}

export const coalescing = definePattern({
  family: 'coalescing',
  kind: 'coalescing',
  title: 'Request coalescing',
  about: 'While a call for something is under way, further calls for the same wait for its outcome, instead of being made as well.',
  source: 'golang.org/x/sync singleflight, opossum 10 (coalesce), lru-cache 11 (fetchMethod)',
  useWhen: 'Many ask for the same at once, above all inside a cache: when a popular answer expires, one call fetches it and not hundreds.',
  avoidWhen: 'Answers differ from caller to caller; and a slow or failing call makes all wait or fail who ask for the same.',
  differs: 'A cache gives an answer that is already there; coalescing shares one that is still to come, and keeps nothing afterwards.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['coalesced'],
  params,
  create: (values, host) => new Coalescing(values, host),
});
