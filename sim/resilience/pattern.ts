/**
 * The contract between a resilience pattern and the runtime that drives it.
 *
 * A pattern is a pure state machine: it is told what happened and says what shall happen, through `Effects`. It knows no
 * clock, no queue, no model and no fault. Ownership in short (the runtime's file has the whole of it):
 *  - a call is settled exactly once, only by its own layer; children are started, cancelled or abandoned only by their parent;
 *  - `cancel` is a signal that the child answers by an ordinary outcome; `abandon` means to stop listening;
 *  - effects happen in the order in which they were said, after the handler has returned, before the clock moves;
 *  - permits are returned in `onOutcome` and `onCancel` and nowhere else.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields, Sampled, ValuesOf } from '../catalogue/param.ts';
import type { Ending } from './ending.ts';
import type { MarkName } from './mark.ts';

/** One object for each (layer, scope, partition); it owns what the calls of that layer share. */
export interface Pattern<S = unknown> {
  /**
   * Makes the per-call state. Called when the pool grows, never for each call, so `onCall` must set every field. States go
   * from one object of a class to another, so their shape must not depend on the pattern's parameters.
   */
  newState(): S;
  onCall(call: Call<S>, fx: Effects): void;
  /** A child has ended. It is readable during this call only. */
  onOutcome(call: Call<S>, child: Child, fx: Effects): void;
  /** The call's own timer, set by `fx.wakeAt`, is due. */
  onWake?(call: Call<S>, fx: Effects): void;
  /** The parent no longer wants the call. Without it: cancel the children, or settle as cancelled when there are none. */
  onCancel?(call: Call<S>, fx: Effects): void;
  /** A call that this layer spawned for itself has ended. */
  onBackground?(child: Child, fx: Effects): void;
  /** One of the layer's own timers (0..3), set by `fx.wakeLayerAt`, is due. */
  onLayerWake?(timer: number, fx: Effects): void;
  /** Permits, waiters, flights and probes outstanding; zero after the load has stopped and drained. */
  held(): number;
  /** Another object has taken its place: it finishes the calls that it admitted, and begins nothing of its own any more. */
  retire?(): void;
}

/** Hears of calls that have no parent. */
export type Owner = Pick<Pattern, 'onBackground'>;

/** What a pattern may read of a call that it handles. Times are nanoseconds of virtual time. */
export interface Call<S = unknown> {
  readonly state: S;
  /** The number its parent gave when it started it, or OWN. */
  readonly tag: number;
  /** Children that have been started, not settled and not abandoned. */
  readonly open: number;
  /** The parent has asked to stop; starting or waiting settles the call as cancelled. */
  readonly cancelled: boolean;
  readonly startedAt: number;
  /** Absolute; Infinity when there is none. */
  readonly deadline: number;
  readonly requestClass: number;
  /** 0 is the most important. */
  readonly priority: number;
  /** Bit set of `CallFlag`. */
  readonly flags: number;
  /** Number of what is asked for; 0 when all ask for the same. */
  readonly cacheKey: number;
  /** Operation of the callee; 0 when it has only one. */
  readonly operation: number;
  /** By which the callee knows a call again; 0 when its caller sends none. */
  readonly idempotencyKey: number;
  /** Equal for all sends and retries by which one request does one thing; no real callee knows it. For counting. */
  readonly purposeKey: number;
}

/** What a pattern may read of a child that has ended: besides its ending, where and when it was. */
export interface Child extends Ending {
  /** The number its parent gave when it started it. */
  readonly tag: number;
  readonly startedAt: number;
  /** Number of the instance that served it; -1 when none did. */
  readonly endpoint: number;
  /** Where a connection was set up: in which life of that instance; see `Effects.connect`. */
  readonly life: number;
}

export const CallFlag = {
  /** The operation may safely be done twice. */
  idempotent: 1,
  /** A send made after earlier ones of its call. */
  retry: 2,
  /** A send made while another attempt at its call is under way. */
  hedge: 4,
  /** Made by a layer for itself (refresh, probe). */
  background: 8,
  /** The operation changes data. */
  write: 16,
  /** One of two sends of which only one should be worked on. */
  tied: 32,
  /** The caller sends an idempotency key. */
  keyed: 64,
} as const;

/** Which instances of the callee the sends of a call go to, as seen from those that earlier sends of it have gone to. */
export const SendTo = {
  /** The balancer chooses as if nothing had been. */
  any: 0,
  /** To one that has not been tried, as long as the balancer knows one that it believes healthy. */
  another: 1,
  /** To the last one again, as long as the balancer believes it healthy. */
  same: 2,
} as const;

/** As an exit of `spawn`: the layer itself. Such calls have the tag OWN, which no parent gives. */
export const SELF = -1;
export const OWN = -2;

/** What a pattern may do. There is one object for the whole engine; a test may pass a recording one. */
export interface Effects {
  /** Virtual time in nanoseconds. */
  readonly now: number;
  /** Starts a child: `exit` 0 is the next layer inward, 1.. are the layer's other call sites (a fallback's). */
  start(call: Call, tag: number, exit?: number): void;
  /** As `start`, but the child belongs to the layer; its outcome goes to `onBackground`. Key and context come from `call`. An `exit` may also be SELF. */
  spawn(call: Call, tag: number, exit?: number): void;
  /** Ends the call with an outcome of this layer's own. */
  settle(call: Call, code: number): void;
  /** Ends the call with a lower quality; the code becomes `degraded` below 1. */
  settleQuality(call: Call, quality: number): void;
  /** Ends the call with a rejection that asks the caller to come back after so many nanoseconds. */
  settleRetryAfter(call: Call, code: number, retryAfterNs: number): void;
  /** Passes the child's outcome outward unchanged. */
  settleWith(call: Call, child: Child): void;
  /** As `start`, over a connection that was set up before: to that instance, and lost if it has died since. */
  startOn(call: Call, tag: number, endpoint: number, life: number): void;
  /**
   * Starts a child that sets up a connection to an instance of the callee (-1: the balancer chooses), or tests the one that
   * was set up in a given `life` of it. It costs the callee no thread; the outcome says to which instance, in which life.
   * For patterns with the trait `connects`.
   */
  connect(call: Call, tag: number, endpoint: number, life: number): void;
  /** As `connect`, for the layer itself: the outcome goes to `onBackground`. -1: the instance of the layer's own partition, or any. */
  connectLayer(host: PatternHost, tag: number, endpoint: number, life: number): Call;
  /** Asks a call of the layer's own to stop. */
  stop(call: Call): void;
  /** Asks open children (all, or those with this tag) to stop. */
  cancel(call: Call, tag?: number): void;
  /** Stops listening to open children (all, or those with this tag). */
  abandon(call: Call, tag?: number): void;
  /** Open children become the layer's own: they live on and their outcomes go to `onBackground`. */
  adopt(call: Call): void;
  /**
   * Makes a call of the same layer and context that stands for what its caller has walked away from: work that still waits
   * for its turn and will be done for nobody. Its state is not set; its outcome reaches nobody.
   */
  detach(call: Call): Call;
  /** Children started from now on inherit a deadline not later than this. It can only shrink. */
  tighten(call: Call, at: number): void;
  /**
   * Ties the first two sends of this call: the server that begins one of them tells the other server to drop its own,
   * which it does unless it has begun as well. To be said before the first.
   */
  tie(call: Call): void;
  /** Sends of this call go where `which`, one of `SendTo`, says; to be said before the first. */
  sendTo(call: Call, which: number): void;
  /** Sets the call's one timer; setting it again replaces it. */
  wakeAt(call: Call, at: number): void;
  sleep(call: Call): void;
  /** Sets one of the layer's numbered timers (0..3); Infinity clears it. */
  wakeLayerAt(host: PatternHost, timer: number, at: number): void;
  /** A uniform number in (0, 1) that belongs to this call, this layer and this `ordinal` (0, 1, 2 …). */
  uniform(call: Call, ordinal: number): number;
  /** As `uniform`, drawn from a distribution. */
  sample(call: Call, ordinal: number, distribution: Sampled): number;
  /** The next uniform number of the layer's own stream. */
  uniformLayer(host: PatternHost): number;
  /** Tells telemetry what happened. Never influences the run. */
  note(host: PatternHost, mark: number, value?: number): void;
}

/** Where a pattern object lives: given to `create`, passed back in effects that concern the layer rather than a call. */
export interface PatternHost {
  readonly index: number;
  /** Read-only gauges of the instance or component around the layer; constant zero where there is none. */
  readonly gauges: Gauges;
}

/** Observed load, as a pattern on the server may read it. */
export interface Gauges {
  /** Requests that have arrived and are not yet answered, the one that asks included. */
  inFlight(): number;
  /** Requests waiting for a thread. */
  queueLength(): number;
  /** Threads, connections or slots that are taken. */
  busy(): number;
  /** Threads, connections or slots in total; Infinity when unbounded. */
  capacity(): number;
}

export const NO_GAUGES: Gauges = { inFlight: () => 0, queueLength: () => 0, busy: () => 0, capacity: () => Infinity };

/** Where a pattern may stand: before a call leaves, or in front of a server's pool. */
export type PatternSide = 'caller' | 'server' | 'both';

/** Facts of a pattern definition that the compiler and the linter need besides parameters, whose values are of type V. */
export interface PatternTraits<V> {
  readonly side: PatternSide;
  /** Names of parameters of kind `callSite`, in the order of exits 1, 2 … */
  readonly exits?: readonly string[];
  /** Marks that the pattern makes; each becomes a counter of its layer. */
  readonly marks: readonly MarkName[];
  /** Sets up connections. */
  readonly connects?: boolean;
  /** One state for each instance of the caller (as real libraries have it), or one for all. */
  readonly defaultScope: 'instance' | 'shared';
  /**
   * The longest that a call may take here, in nanoseconds, if what is inside takes `insideNs` at most; Infinity when there
   * is no limit. Left out: as long as what is inside.
   */
  longestNs?(values: V, insideNs: number): number;
  /** How many calls inside one call may become. Left out: one. */
  attempts?(values: V): number;
  /** How many calls may be inside one pattern object at once. Left out: any number. */
  concurrency?(values: V): number;
}

export type PatternDefinition<F extends Fields = Fields> = Makes<F, Pattern, PatternHost> & PatternTraits<ValuesOf<F>>;
export type AnyPatternDefinition = AnyMakes<Pattern, PatternHost> & PatternTraits<never>;

/** Declares a pattern. `family` and `kind` are equal for patterns without kinds. */
export function definePattern<const F extends Fields>(definition: PatternDefinition<F>): PatternDefinition<F> {
  return definition;
}
