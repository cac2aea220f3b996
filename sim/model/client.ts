/**
 * Users and what they ask. Latency counts from the instant a request was meant to be sent, and every request ends once:
 * offered = ok + degraded + failed + in flight, at every sample.
 */
import { callSite, count, duration, flag, mapOf, number, oneOf, record } from '../catalogue/param.ts';
import { assert } from '../kernel/assert.ts';
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import { ExponentialSampler } from '../kernel/samplers.ts';
import { USERS_MAX } from '../resilience/context.ts';
import { idempotencyKeyOf } from '../resilience/idempotency-key.ts';
import { OUTCOMES, Outcome, isGood } from '../resilience/outcome.ts';
import type { Call, Child, Effects, Owner, Pattern } from '../resilience/pattern.ts';
import { type CallRecord, type Layer, SHARED, type Site } from '../resilience/runtime.ts';
import { type ClientRecorder, Settled } from '../telemetry/client-recorder.ts';
import { type Arrivals, RateClock } from './arrival.ts';
import { type RequestClass, defineComponent } from './component.ts';
import type { Accountable, Engine } from './engine.ts';
import { Knob } from './knob.ts';
import { POPULARITY_MAX, Popularity } from './popularity.ts';

const ARRIVE = 0;
const BURST = 1;
const NO_EVENT = -1;
/** Each may have a state of its own in each instance of each layer. */
const TENANTS_MAX = 1000;
/** Qualities enter the digest as whole millionths. */
const QUALITY_SCALE = 1_000_000;

export interface ClientSettings {
  readonly arrivals: Arrivals;
  readonly site: Site;
  /** Classes of this client with their shares; the index is a place in the system's list. */
  readonly classes: readonly { readonly index: number; readonly weight: number }[];
  /** After this long the user gives up; Infinity: never. */
  readonly deadlineNs: number;
  readonly propagateDeadline: boolean;
  /** How many users send the requests of an open loop or of bursts; Infinity: each request has a user of its own. */
  readonly users: number;
  /** The first of its tenants, and how requests spread over them; without it there is but one. */
  readonly firstTenant: number;
  readonly tenants: Popularity | undefined;
  /** What requests ask for; without it all ask for the same. */
  readonly popularity: Popularity | undefined;
}

/** The user's patience: outermost of all layers, so that giving up ends whatever is still tried. */
class Patience implements Pattern<null> {
  readonly #afterNs: number;
  readonly #propagate: boolean;

  constructor(afterNs: number, propagate: boolean) {
    this.#afterNs = afterNs;
    this.#propagate = propagate;
  }
  newState(): null {
    return null;
  }
  onCall(call: Call, fx: Effects): void {
    fx.wakeAt(call, fx.now + this.#afterNs);
    if (this.#propagate) fx.tighten(call, fx.now + this.#afterNs);
    fx.start(call, 0);
  }
  onOutcome(call: Call, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
  }
  onWake(call: Call, fx: Effects): void {
    fx.cancel(call);
    fx.settle(call, Outcome.gaveUp);
  }
  held(): number {
    return 0;
  }
}

export class Client implements Owner, EventHandler, Accountable {
  readonly engine: Engine;
  readonly address: string;
  readonly settings: ClientSettings;
  /** Multiplies the traffic: the rate of an open loop, the size of a burst, the pace of thinking users. */
  readonly traffic = new Knob(1, 'multiply', () => this.#rescale());
  readonly #recorder: ClientRecorder;
  readonly #target: number;
  readonly #first: Layer;
  readonly #classes: readonly RequestClass[];
  /** Running sums of the class weights. */
  readonly #cumulative: readonly number[];
  /** Its class, where it has one; -1 where it has several. */
  readonly #onlyClass: number;
  /** From the system's class number to this client's. */
  readonly #localClass: Int32Array;
  /** By which the digest of requests knows the client's classes: hashes, so that the order of components does not matter. */
  readonly #classWords: Int32Array;
  readonly #outcomeSeries: Int32Array;
  /** Keys: of the client, and room to derive those of users and requests. */
  readonly #ownSlot: number;
  readonly #userSlot: number;
  readonly #requestSlot: number;
  readonly #purposes: { readonly gap: number; readonly think: number; readonly spread: number; readonly requestClass: number; readonly item: number; readonly user: number; readonly tenant: number };
  readonly #firstUser: number;
  readonly #unit = new ExponentialSampler(1);
  readonly #rate: RateClock | undefined;
  /** Requests so far of an open loop; requests so far of each user of a closed one. */
  #arrivals = 0;
  readonly #iterations: Float64Array;
  #event = NO_EVENT;
  /** Expected arrivals still to pass until the next one, as of `#since`. */
  #gapLeft = 0.5;
  #since = 0.5;
  #factor = 1;
  #stopped = false;
  offered = 0;
  settled = 0;
  inFlight = 0;

  constructor(engine: Engine, address: string, classes: readonly RequestClass[], settings: ClientSettings) {
    this.engine = engine;
    this.address = address;
    this.settings = settings;
    this.#classes = classes;
    this.#target = targetOf(engine.kernel.register(this), 0);
    this.#first = this.#withPatience(settings);
    this.#ownSlot = engine.entitySlot(address);
    this.#userSlot = engine.newSlot();
    this.#requestSlot = engine.newSlot();
    this.#purposes = {
      gap: engine.purpose('arrival/gap'),
      think: engine.purpose('arrival/think'),
      spread: engine.purpose('arrival/spread'),
      requestClass: engine.purpose('request/class'),
      item: engine.purpose('request/item'),
      user: engine.purpose('request/user'),
      tenant: engine.purpose('request/tenant'),
    };
    this.#onlyClass = settings.classes.length === 1 ? settings.classes[0]!.index : -1;
    let total = 0;
    this.#cumulative = settings.classes.map(({ weight }) => (total += weight));
    this.#localClass = new Int32Array(classes.length);
    settings.classes.forEach((one, local) => (this.#localClass[one.index] = local));
    this.#classWords = Int32Array.from(settings.classes, (one) => engine.word(`${address}/${classes[one.index]!.name}`));
    const { arrivals } = settings;
    this.#firstUser = engine.addUsers(arrivals.kind === 'closed' ? arrivals.users : settings.users);
    this.#rate = arrivals.kind === 'open' ? new RateClock(arrivals.segments) : undefined;
    this.#iterations = new Float64Array(arrivals.kind === 'closed' ? arrivals.users : 0);
    this.#recorder = engine.recorder.client(address, settings.classes.map((one) => classes[one.index]!.name));
    this.#outcomeSeries = new Int32Array(OUTCOMES.map((outcome) => engine.recorder.register(address, `outcome.${outcome.name}`, 'counter', 'count')));
    engine.accountables.push(this);
  }

  #withPatience({ deadlineNs, propagateDeadline, site }: ClientSettings): Layer {
    if (deadlineNs === Infinity) return site.first;
    const { runtime } = this.engine;
    const layer = runtime.newLayer(`${this.address}/deadline`, 0, SHARED);
    layer.inner = site.first;
    runtime.newHost(layer, 0, () => new Patience(deadlineNs, propagateDeadline));
    return layer;
  }

  // ---- arrivals -----------------------------------------------------------------------------------------------

  /** Begins to send; once, before the run. */
  start(): void {
    const { arrivals } = this.settings;
    switch (arrivals.kind) {
      case 'open':
        this.#since = 0;
        this.#drawGap();
        break;
      case 'burst':
        if (arrivals.atNs < Infinity) this.engine.scheduleEvent(arrivals.atNs, this.#target + BURST, 0);
        break;
      case 'closed':
        for (let user = 0; user < arrivals.users; user++) this.#think(user, (arrivals.rampUpNs * user) / arrivals.users);
        break;
    }
  }

  /** Sends nothing more; what is in flight ends by itself. */
  stop(): void {
    this.#stopped = true;
    if (this.#event !== NO_EVENT) this.engine.unschedule(this.#event);
    this.#event = NO_EVENT;
  }

  on(kind: number, a: number): void {
    const { arrivals } = this.settings;
    if (kind === BURST) this.#burst();
    else if (arrivals.kind === 'closed') this.#sendAsUser(a);
    else if (arrivals.kind === 'burst') this.#sendOne(a);
    else {
      this.#event = NO_EVENT;
      this.#sendOne(this.#arrivals);
      this.#arrivals++;
      this.#drawGap();
    }
  }

  /** The next arrival of an open loop comes when as many arrivals were expected as its gap says. */
  #drawGap(): void {
    const { engine } = this;
    const { arrivals } = this.settings;
    if (arrivals.kind !== 'open') return;
    engine.childKey(this.#requestSlot, this.#ownSlot, this.#arrivals);
    this.#gapLeft = arrivals.gaps === 'constant' ? 1 : this.#unit.sample(engine.keys, this.#requestSlot, this.#purposes.gap);
    this.#since = engine.now;
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    const at = this.#factor === 0 ? Infinity : this.#rate!.after(this.#since, this.#gapLeft / this.#factor);
    this.#event = at === Infinity ? NO_EVENT : this.engine.scheduleEvent(at, this.#target + ARRIVE, 0);
  }

  /** The traffic factor has changed: what is left of the gap passes faster or slower from now on. */
  #rescale(): void {
    const factor = this.#factor;
    this.#factor = this.traffic.value;
    if (this.#stopped || this.#rate === undefined) return;
    const { engine } = this;
    this.#gapLeft = Math.max(0, this.#gapLeft - this.#rate.expected(this.#since, engine.now) * factor);
    this.#since = engine.now;
    if (this.#event !== NO_EVENT) engine.unschedule(this.#event);
    this.#scheduleNext();
  }

  #burst(): void {
    const { engine } = this;
    const { arrivals } = this.settings;
    if (this.#stopped || arrivals.kind !== 'burst') return;
    const size = Math.round(arrivals.size * this.#factor);
    for (let i = 0; i < size; i++) {
      const number = this.#arrivals++;
      if (arrivals.spreadNs === 0) {
        this.#sendOne(number);
        continue;
      }
      engine.childKey(this.#requestSlot, this.#ownSlot, number);
      const offset = engine.uniform(this.#requestSlot, this.#purposes.spread) * arrivals.spreadNs;
      engine.scheduleEvent(engine.now + offset, this.#target + ARRIVE, number);
    }
    if (arrivals.everyNs < Infinity) engine.scheduleEvent(engine.now + arrivals.everyNs, this.#target + BURST, 0);
  }

  #think(user: number, fromNs: number): void {
    const { engine } = this;
    const { arrivals } = this.settings;
    if (arrivals.kind !== 'closed') return;
    this.#userKey(user);
    const think = arrivals.think.sample(engine.keys, this.#requestSlot, this.#purposes.think) / this.#factor;
    engine.scheduleEvent(fromNs + think, this.#target + ARRIVE, user);
  }

  /** Writes the key of the user's next request: its think time belongs to it. */
  #userKey(user: number): void {
    const { engine } = this;
    engine.childKey(this.#userSlot, this.#ownSlot, user);
    engine.childKey(this.#requestSlot, this.#userSlot, this.#iterations[user]!);
  }

  #sendAsUser(user: number): void {
    if (this.#stopped) return;
    this.#userKey(user);
    const iteration = this.#iterations[user]!;
    this.#iterations[user] = iteration + 1;
    this.#send(iteration * this.#iterations.length + user, user);
  }

  #sendOne(number: number): void {
    if (this.#stopped) return;
    this.engine.childKey(this.#requestSlot, this.#ownSlot, number);
    this.#send(number, 0);
  }

  /** Sends the request whose key stands in `#requestSlot`. */
  #send(number: number, user: number): void {
    const { engine } = this;
    const { runtime } = engine;
    const { site, popularity } = this.settings;
    const context = runtime.newContext(null);
    engine.childKey(context.slot, this.#requestSlot, site.word);
    const request = context.of;
    request.number = number | 0;
    request.requestClass = this.#drawClass();
    request.priority = this.#classes[request.requestClass]!.priority;
    request.tenant = this.#drawTenant();
    request.cacheKey = popularity === undefined ? 0 : popularity.item(engine.uniform(this.#requestSlot, this.#purposes.item));
    request.user = this.#userOf(user, context.use);
    context.flags = site.flags;
    context.operation = site.operation;
    context.idempotencyKey = idempotencyKeyOf(site.keyedBy, context, engine.now);
    this.offered++;
    this.inFlight++;
    this.#recorder.offered();
    runtime.root(this.#first, context, user, this, Infinity);
  }

  /** Users are numbered from 0 upwards through all clients, those of a single request from the top half of the range. */
  #userOf(user: number, use: number): number {
    const { users, arrivals } = this.settings;
    if (arrivals.kind === 'closed') return this.#firstUser + user;
    if (users === Infinity) return USERS_MAX / 2 + use;
    return this.#firstUser + Math.floor(this.engine.uniform(this.#requestSlot, this.#purposes.user) * users);
  }

  /** A user of a closed loop belongs to a tenant for ever; otherwise each request does by itself. */
  #drawTenant(): number {
    const { tenants, firstTenant, arrivals } = this.settings;
    if (tenants === undefined) return firstTenant;
    const slot = arrivals.kind === 'closed' ? this.#userSlot : this.#requestSlot;
    return firstTenant + tenants.item(this.engine.uniform(slot, this.#purposes.tenant));
  }

  #drawClass(): number {
    if (this.#onlyClass >= 0) return this.#onlyClass;
    const { classes } = this.settings;
    const at = this.engine.uniform(this.#requestSlot, this.#purposes.requestClass) * this.#cumulative.at(-1)!;
    return classes[this.#cumulative.findIndex((sum) => at < sum)]!.index;
  }

  // ---- answers ------------------------------------------------------------------------------------------------

  /** A request has ended. */
  onBackground(child: Child): void {
    const { engine } = this;
    const call = child as CallRecord;
    const { request } = call.context;
    const ownClass = this.#localClass[call.context.requestClass]!;
    this.settled++;
    this.inFlight--;
    if (isGood(call.code)) {
      this.#recorder.settled(call.startedAt, ownClass, call.quality < 1 ? Settled.degraded : Settled.ok);
    } else {
      engine.recorder.values[this.#outcomeSeries[call.cause]!]!++;
      this.#recorder.settled(call.startedAt, ownClass, Settled.failed);
    }
    const classWord = this.#classWords[ownClass]!;
    const quality = Math.round(call.quality * QUALITY_SCALE);
    engine.bucketDigest.absorbRequest(request, classWord, engine.now, call.code, quality);
    if (this.settings.arrivals.kind === 'closed' && !this.#stopped) this.#think(call.tag, engine.now);
  }

  held(): number {
    return this.inFlight;
  }

  integrate(): void {}

  audit(): void {
    assert(this.offered === this.settled + this.inFlight, `${this.address}: ${this.offered} offered are not ${this.settled} settled + ${this.inFlight} in flight`);
  }
}

export const client = defineComponent({
  family: 'component',
  kind: 'client',
  role: 'client',
  title: 'Client',
  about: 'Users who send requests: at a rate that nothing slows (open loop), or each waiting for the answer (closed loop).',
  source: 'open and closed workloads, Schroeder, Wierman and Harchol-Balter, NSDI 2006',
  params: {
    arrivals: oneOf<Arrivals>('arrivals')({ about: 'How requests come about.' }),
    calls: callSite<Site>()({ about: 'The component that the users call.', inline: true }),
    deadline: duration({
      about: 'After this long from the intended send the user gives up: the request has failed and what is still tried is cancelled. Left out: endless patience.',
      optional: true,
      minExclusive: true,
    }),
    propagateDeadline: flag({ about: 'The deadline travels with the request, as the time that is left: calls that would come too late are not made, and servers with dropExpired or stopAtDeadline heed it.', default: false }),
    classes: mapOf(
      record(
        {
          weight: number({ about: 'Share of the requests, relative to the other classes.', min: 0, default: 1 }),
          priority: count({ about: '0 is the most important.', default: 0, max: 15 }),
        },
        { about: 'A kind of request.' },
      ),
      { about: 'Request classes with their shares. Left out: one class.', optional: true },
    ),
    users: count({
      about: 'How many users send the requests of an open loop or of bursts, all equally often; of a closed loop, its arrivals say so. Unlimited: each request has a user of its own.',
      default: Infinity,
      min: 1,
      max: 10_000_000,
      unlimited: true,
      unit: 'users',
    }),
    tenants: record(
      {
        count: count({ about: 'How many tenants.', min: 1, max: TENANTS_MAX, unit: 'tenants' }),
        skew: number({ about: 'How uneven their shares are: the n-th sends in proportion to 1 / n^skew; 0 makes all equal.', default: 0, min: 0, max: 10, source: 'own choice' }),
      },
      {
        about: 'On whose behalf requests are made: customers who share the system, for layers that keep a state for each. They are this client\'s own. Left out: the client is one tenant.',
        optional: true,
        shorthand: 'count',
      },
    ),
    items: record(
      {
        count: count({ about: 'How many different things there are to ask for.', min: 1, max: POPULARITY_MAX, unit: 'items' }),
        skew: number({
          about: 'How uneven their popularity is: the n-th is asked for in proportion to 1 / n^skew (Zipf); 0 makes all equally popular.',
          default: 0.8,
          min: 0,
          max: 10,
          source: 'Breslau, Cao, Fan, Phillips and Shenker, Web Caching and Zipf-like Distributions, INFOCOM 1999: 0.64 to 0.83',
        }),
      },
      {
        about: 'What each request asks for: the key of caches and of request coalescing. Clients of one system ask for the same things. Left out: all requests ask for one and the same.',
        optional: true,
        shorthand: 'count',
      },
    ),
  },
  check: (values) =>
    values.classes !== undefined && Object.values(values.classes).every((one) => one.weight === 0)
      ? [{ param: 'classes', message: 'at least one class needs a weight above 0' }]
      : [],
  create: (values, { grounds, name, classes, firstTenant }) => {
    const weights = values.classes ?? { [name]: { weight: 1, priority: 0 } };
    return {
      role: 'client',
      client: new Client(grounds.engine, name, classes, {
        arrivals: values.arrivals,
        site: values.calls,
        classes: Object.entries(weights).map(([className, { weight }]) => ({ index: classes.findIndex((one) => one.name === className), weight })),
        deadlineNs: values.deadline ?? Infinity,
        propagateDeadline: values.propagateDeadline,
        users: values.users,
        firstTenant,
        tenants: values.tenants === undefined ? undefined : new Popularity(values.tenants.count, values.tenants.skew),
        popularity: values.items === undefined ? undefined : new Popularity(values.items.count, values.items.skew),
      }),
    };
  },
});
