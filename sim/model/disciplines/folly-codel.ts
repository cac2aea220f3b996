import { duration } from '../../catalogue/param.ts';
import { MILLISECOND } from '../../catalogue/units.ts';
import { type ActivationCall, awaitsThreadSince } from '../activation.ts';
import { OneLine, type QueueHost, defineDiscipline } from '../discipline.ts';

/** Who has waited longer than this many targets is sent away while the line is overloaded. */
const SLOUGH_TARGETS = 2;

/**
 * An interval was overloaded when even its shortest wait was above the target. The verdict on one interval holds for the
 * next; the request with which an interval begins is never sent away.
 */
class FollyCoDel extends OneLine {
  readonly #host: QueueHost;
  readonly #targetNs: number;
  readonly #intervalNs: number;
  #isOverloaded = false;
  #isFirst = true;
  #intervalEndsAt: number;
  #shortestNs = 0.5;

  constructor(host: QueueHost, targetNs: number, intervalNs: number) {
    super();
    this.#host = host;
    this.#targetNs = targetNs;
    this.#intervalNs = intervalNs;
    this.#intervalEndsAt = host.now;
  }

  shift(): ActivationCall | null {
    while (this.length > 0) {
      const call = this.takeOldest();
      if (!this.#isTooLate(this.#host.now - awaitsThreadSince(call))) return call;
      this.#host.drop(call);
    }
    return null;
  }

  #isTooLate(waitedNs: number): boolean {
    const { now } = this.#host;
    if (!this.#isFirst && now > this.#intervalEndsAt) {
      this.#intervalEndsAt = now + this.#intervalNs;
      this.#isOverloaded = this.#shortestNs > this.#targetNs;
      this.#isFirst = true;
    }
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#shortestNs = waitedNs;
      return false;
    }
    this.#shortestNs = Math.min(this.#shortestNs, waitedNs);
    return this.#isOverloaded && waitedNs > SLOUGH_TARGETS * this.#targetNs;
  }
}

export const follyCodel = defineDiscipline({
  family: 'discipline',
  kind: 'follyCodel',
  title: 'CoDel of folly',
  about: 'Serves in order of arrival; after an interval in which everybody waited too long, it sends away all who wait too long.',
  source: 'folly (executors/Codel), as used by fbthrift',
  useWhen: 'The program to be understood uses folly or fbthrift.',
  differs: 'It sends away everybody who is late at once; CoDel of RFC 8289 begins with one and slowly becomes stricter.',
  params: {
    target: duration({ about: 'A wait that is acceptable for long; twice as long is too late.', default: 5 * MILLISECOND, minExclusive: true, source: 'folly (codel_target_delay)' }),
    interval: duration({ about: 'How long waits may stay above the target.', default: 100 * MILLISECOND, minExclusive: true, source: 'folly (codel_interval)' }),
  },
  create: ({ target, interval }) => (host) => new FollyCoDel(host, target, interval),
});
