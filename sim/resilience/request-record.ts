/**
 * A pooled user's request: what it is to all that it causes, wherever that happens. It lasts as long as any of it does. A
 * call that no user has asked for, such as a probe, has one of its own.
 */
export class RequestRecord {
  /** Contexts that belong to it. */
  refs = 0;
  /** Number of the request at its client, for digests and traces. */
  number = 0;
  requestClass = 0;
  /** On whose behalf, of all tenants of the system. */
  tenant = 0;
  priority = 0;
  /** What it asks for, among the items of its client. */
  cacheKey = 0;
  /** Who asks. */
  user = 0;
  /** Number of its first use of a dependency. */
  firstUse = 0;
  #effects: Effects | null = null;

  reset(firstUse: number): void {
    this.number = 0;
    this.requestClass = 0;
    this.tenant = 0;
    this.priority = 0;
    this.cacheKey = 0;
    this.user = 0;
    this.firstUse = firstUse;
    if (this.#effects !== null) this.#effects.count = 0;
  }

  /** Notes an effect.  @returns false when the request has had the same one before */
  addEffect(effect: object, path: number): boolean {
    const effects = (this.#effects ??= new Effects());
    const { which, paths } = effects;
    for (let i = 0; i < effects.count; i++) if (which[i] === effect && paths[i] === path) return false;
    which[effects.count] = effect;
    paths[effects.count++] = path;
    return true;
  }
}

/** Effects that a request has had: which, and on which path. The lists never shrink, so that they need not grow again. */
class Effects {
  readonly which: object[] = [];
  readonly paths: number[] = [];
  count = 0;
}
