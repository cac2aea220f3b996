import { HOUR, MINUTE } from '../catalogue/units.ts';
import { causes, count, duration, flag, ratio, type ValuesOf } from '../catalogue/param.ts';
import { codeSet, failuresExcept } from './failures.ts';
import { itemKey } from './item-key.ts';
import { type Keyed, KeyedEntries } from './keyed-entries.ts';
import { Mark } from './mark.ts';
import { isGood } from './outcome.ts';
import { type Call, CallFlag, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const params = {
  ttl: duration({
    about: 'How long an answer is fresh. With 0 every call goes through, and the cache is only there for staleIfError.',
    default: 5 * MINUTE,
    source: 'source chapter S0: ttl 300 s',
  }),
  staleWhileRevalidate: duration({
    about: 'How long after that an answer is still given at once, while a new one is fetched in the background.',
    default: 0,
    source: 'RFC 5861, section 3: off unless the answer says so',
  }),
  staleIfError: duration({
    about: 'How long after the end of its freshness an answer is still given when fetching a new one fails.',
    default: HOUR - 5 * MINUTE,
    source: 'RFC 5861, section 4; source chapter S0: stale_ttl 3600 s, counted from the fetch',
  }),
  errors: causes({
    about: 'The outcomes after which staleIfError applies.',
    default: failuresExcept('badRequest', 'conflict', 'rateLimited'),
    source: 'RFC 5861, section 4: the statuses 500, 502, 503 and 504, and no answer at all',
  }),
  staleQuality: ratio({
    about: 'How good a stale answer is, compared with a fresh one.',
    default: 0.8,
    source: 'own choice',
  }),
  keepDegraded: flag({
    about: 'Also keeps degraded answers, and gives them as long as others: the value of a fallback then outlives the failure.',
    default: false,
    source: 'own choice',
  }),
  maxEntries: count({
    about: 'How many answers are kept; the one that was used least recently makes room.',
    unit: 'answers',
    min: 1,
    max: 10_000_000,
    default: 10_000,
    source: 'own choice',
  }),
};

class Entry implements Keyed<Entry> {
  key = 0;
  chained: Entry | null = null;
  older: Entry | null = null;
  newer: Entry | null = null;
  isIdle = false;
  storedAt = 0.5;
  quality = 0.5;
  /** A refresh in the background is under way. */
  refreshing = false;
}

class Cache implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #isError: Uint8Array;
  readonly #host: PatternHost;
  readonly #entries: KeyedEntries<Entry>;
  #refreshes = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#isError = codeSet(values.errors);
    this.#host = host;
    this.#entries = new KeyedEntries(values.maxEntries, () => new Entry());
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const { ttl, staleWhileRevalidate } = this.#values;
    const entry = this.#entryFor(call);
    const ageNs = entry === null ? Infinity : fx.now - entry.storedAt;
    if (ageNs < ttl) {
      this.#answer(call, entry!, Mark.cacheHit, entry!.quality, fx);
    } else if (ageNs < ttl + staleWhileRevalidate) {
      if (!entry!.refreshing) this.#refresh(call, entry!, fx);
      this.#answerStale(call, entry!, Mark.staleServed, fx);
    } else {
      if (!isWrite(call)) fx.note(this.#host, Mark.cacheMissed);
      fx.start(call, 0);
    }
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    const { ttl, staleIfError } = this.#values;
    if (isGood(child.code)) {
      if (!isWrite(call)) this.#store(itemKey(call), child, fx);
    } else if (this.#isError[child.code] === 1 && !call.cancelled) {
      const entry = this.#entryFor(call);
      if (entry !== null && fx.now - entry.storedAt < ttl + staleIfError) {
        this.#answerStale(call, entry, Mark.staleIfError, fx);
        return;
      }
    }
    fx.settleWith(call, child);
  }

  /** A refresh has ended; its tag is the key. */
  onBackground(child: Child, fx: Effects): void {
    this.#refreshes--;
    const entry = this.#entries.find(child.tag);
    if (entry !== null) entry.refreshing = false;
    if (isGood(child.code)) this.#store(child.tag, child, fx);
  }

  held(): number {
    return this.#refreshes;
  }

  /** What is known for a call. A write is neither answered from the cache nor kept in it. */
  #entryFor(call: Call): Entry | null {
    return isWrite(call) ? null : this.#entries.find(itemKey(call));
  }

  #answerStale(call: Call, entry: Entry, mark: number, fx: Effects): void {
    this.#answer(call, entry, mark, Math.min(entry.quality, this.#values.staleQuality), fx);
  }

  #answer(call: Call, entry: Entry, mark: number, quality: number, fx: Effects): void {
    fx.note(this.#host, mark);
    this.#entries.rest(entry);
    fx.settleQuality(call, quality);
  }

  #refresh(call: Call, entry: Entry, fx: Effects): void {
    entry.refreshing = true;
    this.#refreshes++;
    fx.spawn(call, entry.key);
  }

  #store(key: number, child: Child, fx: Effects): void {
    if (child.quality < 1 && !this.#values.keepDegraded) return;
    let entry = this.#entries.find(key);
    if (entry === null) {
      entry = this.#entries.add(key);
      entry.refreshing = false;
    }
    entry.storedAt = fx.now;
    entry.quality = child.quality;
    this.#entries.rest(entry);
  }
}

function isWrite(call: Call): boolean {
  return (call.flags & CallFlag.write) !== 0;
}

export const cache = definePattern({
  family: 'cache',
  kind: 'cache',
  title: 'Cache',
  about: 'Gives an answer that it has seen before instead of making the call, for as long as that is fresh, and longer when the callee fails.',
  source: 'RFC 9111 (HTTP caching), RFC 5861 (stale-while-revalidate, stale-if-error), source chapter S0',
  useWhen: 'The same things are asked for again and again, and an answer that is a little old will do.',
  avoidWhen: 'The callee could no longer bear the full load without it: an empty cache after a restart then brings the callee down.',
  differs: 'A fallback answers only after a failure, with anything; a cache answers before the call, with what the callee said last. Coalescing keeps nothing.',
  shorthand: 'ttl',
  side: 'both',
  defaultScope: 'instance',
  marks: ['cacheHit', 'cacheMissed', 'staleServed', 'staleIfError'],
  params,
  create: (values, host) => new Cache(values, host),
});
