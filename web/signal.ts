/**
 * Values that others follow: the whole reactive system of the page.
 *
 * A *signal* holds a value. A *computed* value is derived from others, lazily, and only again when one of them has really
 * changed. An *effect* runs now, and again after every change of what it read, once per batch. Reading is calling:
 * `store.timeNs()`; reading without following is `store.timeNs.peek()`.
 */

export interface Readable<T> {
  (): T;
  /** The value, without following it. */
  peek(): T;
}
export interface Signal<T> extends Readable<T> {
  set(value: T): void;
  update(change: (value: T) => T): void;
}
/** Ends an effect or takes a view off the page. */
export type Dispose = () => void;

/** More runs than this in one flush mean that effects set off one another for ever. */
const MAX_RUNS_PER_FLUSH = 10_000;

class Source {
  version = 0;
  readonly followers = new Set<Follower>();
  /** Brings the version up to date; only computed values have something to do. */
  refresh(): void {}
}

class Follower {
  readonly #seen = new Map<Source, number>();

  /** Called when something that was read may have changed. */
  mark(): void {}

  note(source: Source): void {
    this.#seen.set(source, source.version);
    source.followers.add(this);
  }
  hasChanged(): boolean {
    for (const [source, version] of this.#seen) {
      source.refresh();
      if (source.version !== version) return true;
    }
    return false;
  }
  forget(): void {
    for (const source of this.#seen.keys()) source.followers.delete(this);
    this.#seen.clear();
  }
}

/** Whoever runs just now and follows what is read. */
let current: Follower | null = null;
let batchDepth = 0;
const waiting = new Set<Effect>();

/** Runs `read`; the follower follows everything that is read meanwhile, and nothing else. */
function following<T>(follower: Follower, read: () => T): T {
  follower.forget();
  const outer = current;
  current = follower;
  try {
    return read();
  } finally {
    current = outer;
  }
}

class Effect extends Follower {
  readonly #run: () => Dispose | void;
  #cleanUp: Dispose | void = undefined;

  constructor(run: () => Dispose | void) {
    super();
    this.#run = run;
    this.run();
  }
  override mark(): void {
    waiting.add(this);
  }
  run(): void {
    this.#cleanUp?.();
    this.#cleanUp = following(this, this.#run);
  }
  dispose(): void {
    this.forget();
    waiting.delete(this);
    this.#cleanUp?.();
    this.#cleanUp = undefined;
  }
}

function announce(source: Source): void {
  for (const follower of source.followers) follower.mark();
  if (batchDepth === 0) flush();
}

function flush(): void {
  batchDepth++;
  try {
    let runs = 0;
    for (const effect of waiting) {
      waiting.delete(effect);
      if (++runs > MAX_RUNS_PER_FLUSH) throw new Error('effects set off one another without end');
      if (effect.hasChanged()) effect.run();
    }
  } finally {
    batchDepth--;
  }
}

/** Makes several changes; effects run once, afterwards. */
export function batch(change: () => void): void {
  batchDepth++;
  try {
    change();
  } finally {
    if (--batchDepth === 0) flush();
  }
}

/** A value that can be set. Setting an equal value (`Object.is`) changes nothing. */
export function signal<T>(initial: T): Signal<T> {
  const source = new Source();
  let value = initial;
  const peek = (): T => value;
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    source.version++;
    announce(source);
  };
  const read = (): T => {
    current?.note(source);
    return value;
  };
  return Object.assign(read, { peek, set, update: (change: (value: T) => T) => set(change(value)) });
}

/** A value derived from others. Equal results (`Object.is`) do not disturb whoever follows it. */
export function computed<T>(derive: () => T): Readable<T> {
  let value: T;
  let state: 'new' | 'doubtful' | 'fresh' = 'new';
  const source = new Source();
  const follower = new Follower();
  follower.mark = () => {
    if (state !== 'fresh') return;
    state = 'doubtful';
    for (const other of source.followers) other.mark();
  };
  source.refresh = () => {
    if (state === 'fresh') return;
    if (state === 'new' || follower.hasChanged()) {
      const next = following(follower, derive);
      if (state === 'new' || !Object.is(next, value)) {
        value = next;
        source.version++;
      }
    }
    state = 'fresh';
  };
  const peek = (): T => {
    source.refresh();
    return value;
  };
  const read = (): T => {
    source.refresh();
    current?.note(source);
    return value;
  };
  return Object.assign(read, { peek });
}

/** Runs `run` now and after every change of what it read. What it returns is called before the next run and at the end. */
export function effect(run: () => Dispose | void): Dispose {
  const made = new Effect(run);
  return () => made.dispose();
}
