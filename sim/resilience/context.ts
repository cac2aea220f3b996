/**
 * What all layers of one use of a dependency share: the key of their draws, the counter of sends, and what the request
 * is. A context outlives the call that opened it as long as any layer below is still at work (a zombie retry still
 * counts its sends), hence the reference count.
 */
export class Context {
  /** Slot of the key in the world's slab. */
  readonly slot: number;
  refs = 0;
  /** Sends made so far by this call, whoever caused them; the n-th send has the n-th luck in every arm. */
  sends = 0;
  /** Number of the user's request, for digests and traces. */
  request = 0;
  requestClass = 0;
  priority = 0;
  flags = 0;
  /** What the request asks for, among the items of its client. */
  cacheKey = 0;
  /** Instance of the caller, within its component. */
  instance = 0;
  /** Operation of the callee (0 when it has only one). */
  operation = 0;
  /** Endpoint that a retry asks the balancer to avoid; -1 when none. */
  avoid = -1;

  /** Other call sites that layers of this call have turned to, such as a fallback's, and how often. */
  readonly #exits: object[] = [];
  readonly #exitUses: number[] = [];
  #exitCount = 0;

  constructor(slot: number) {
    this.slot = slot;
  }

  /** Begins a new call. */
  reset(): void {
    this.sends = 0;
    this.avoid = -1;
    this.#exitCount = 0;
  }

  /** Counts a use of another call site.  @returns how often it has been used before: the n-th use has the n-th luck */
  useExit(site: object): number {
    for (let i = 0; i < this.#exitCount; i++) if (this.#exits[i] === site) return ++this.#exitUses[i]!;
    this.#exits[this.#exitCount] = site;
    this.#exitUses[this.#exitCount++] = 0;
    return 0;
  }
}
