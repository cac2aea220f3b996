import { SendTo } from './pattern.ts';
import type { RequestRecord } from './request-record.ts';

/**
 * First value of a field that is nearly always the same number: no deadline, no advice, full quality. V8 gives a field that
 * has held a fraction a box of its own in each object; one that has held something else than a number points to whatever
 * box the number came in, and all objects share it.
 */
export const SHARED_NUMBER = null as unknown as number;

/** Items and users are numbered below these. */
export const ITEMS_MAX = 0x100000;
export const USERS_MAX = 0x40000000;
/** Ways in which a request may come to use a dependency. */
const PATHS_MAX = 0x200000;

/**
 * What all layers of one use of a dependency share: the key of their draws, the counter of sends, and the request that it
 * is for. A context outlives the call that opened it as long as any layer below is still at work (a zombie retry still
 * counts its sends), hence the reference count.
 */
export class Context {
  /** Slot of the key in the world's slab. */
  readonly slot: number;
  refs = 0;
  of: RequestRecord;
  /** Number of this use of a dependency; all its sends have it. */
  use = 0;
  /** By which call sites the request has come here, whichever of their sends it was: a hash below PATHS_MAX. */
  path = 0;
  /** Sends made so far by this call, whoever caused them; the n-th send has the n-th luck in every arm. */
  sends = 0;
  /** Bit set of `CallFlag`. */
  flags = 0;
  /** By which the callee knows a call again; 0 when the caller sends none. */
  idempotencyKey = SHARED_NUMBER;
  /** Instance of the caller, within its component. */
  instance = 0;
  /** Operation of the callee (0 when it has only one). */
  operation = 0;
  /** What few calls have. */
  #history: History | null = null;

  constructor(slot: number, of: RequestRecord) {
    this.slot = slot;
    this.of = of;
  }
  get request(): number {
    return this.of.number;
  }
  get requestClass(): number {
    return this.of.requestClass;
  }
  get tenant(): number {
    return this.of.tenant;
  }
  get priority(): number {
    return this.of.priority;
  }
  get cacheKey(): number {
    return this.of.cacheKey;
  }
  get user(): number {
    return this.of.user;
  }

  /** Begins a new call. */
  reset(): void {
    this.sends = 0;
    if (this.#history !== null) this.#history.clear();
  }

  /** What few calls have, for those that do. */
  get history(): History {
    return (this.#history ??= new History());
  }

  /** Which instances of the callee further sends of this call go to, see `SendTo`. */
  get sendTo(): number {
    return this.#history === null ? SendTo.any : this.#history.sendTo;
  }

  noteTried(instance: number): void {
    const { history } = this;
    history.tried[history.triedCount++] = instance;
  }

  hasTried(instance: number): boolean {
    const history = this.#history;
    if (history === null) return false;
    for (let i = 0; i < history.triedCount; i++) if (history.tried[i] === instance) return true;
    return false;
  }

  /** The instance of the last send; -1 before the first. */
  get lastTried(): number {
    const history = this.#history;
    return history === null || history.triedCount === 0 ? -1 : history.tried[history.triedCount - 1]!;
  }

  /** Counts a use of another call site.  @returns how often it has been used before: the n-th use has the n-th luck */
  useExit(site: object): number {
    const { history } = this;
    const { exits, exitUses } = history;
    for (let i = 0; i < history.exitCount; i++) if (exits[i] === site) return ++exitUses[i]!;
    exits[history.exitCount] = site;
    exitUses[history.exitCount++] = 0;
    return 0;
  }

  /** The path of a part of this use: a call that its handler makes, or a branch of it. */
  pathOf(word: number): number {
    return (Math.imul(this.path ^ word ^ (word >>> 15), 0x7feb352d) >>> 11) % PATHS_MAX;
  }

  /** Equal for all sends and retries by which one request does one thing, and for nothing else. */
  get purposeKey(): number {
    return this.of.firstUse * PATHS_MAX + this.path;
  }
}

/** Made for a context that needs it, and kept with it from then on. The lists never shrink, so that they need not grow again. */
class History {
  sendTo: number = SendTo.any;
  /** Instances that sends of this call have gone to; known only where `sendTo` asks for it. */
  readonly tried: number[] = [];
  triedCount = 0;
  /** Other call sites that layers of this call have turned to, such as a fallback's, and how often. */
  readonly exits: object[] = [];
  readonly exitUses: number[] = [];
  exitCount = 0;
  /** Of a call with tied sends: the number of the last exchange to tie one to, and which use of it this was; of such a send: its own. */
  tiedExchange = -1;
  tiedUse = 0;

  clear(): void {
    this.sendTo = SendTo.any;
    this.triedCount = 0;
    this.exitCount = 0;
    this.tiedExchange = -1;
  }
}
