import { duration } from '../../catalogue/param.ts';
import { MILLISECOND } from '../../catalogue/units.ts';
import { type ActivationCall, awaitsThreadSince } from '../activation.ts';
import { OneLine, type QueueHost, defineDiscipline } from '../discipline.ts';

/** A drop state that ended less than this many intervals ago is taken up where it was left. */
const RESUMED_WITHIN = 16;

/** Names are those of RFC 8289: while dropping, drops come closer and closer until the wait is below the target. */
class CoDel extends OneLine {
  readonly #host: QueueHost;
  readonly #targetNs: number;
  readonly #intervalNs: number;
  /** When the wait will have been above the target for an interval; 0 while it is below. */
  #firstAboveAt = 0.5;
  #dropNextAt = 0.5;
  #isDropping = false;
  #count = 0;
  #lastCount = 0;

  constructor(host: QueueHost, targetNs: number, intervalNs: number) {
    super();
    this.#host = host;
    this.#targetNs = targetNs;
    this.#intervalNs = intervalNs;
    this.#firstAboveAt = 0;
    this.#dropNextAt = 0;
  }

  shift(): ActivationCall | null {
    const { now } = this.#host;
    let call = this.#take();
    if (!this.#mayDrop(call)) {
      this.#isDropping = false;
      return call;
    }
    if (!this.#isDropping) {
      this.#host.drop(call!);
      call = this.#take();
      this.#mayDrop(call);
      this.#startDropping();
      return call;
    }
    while (this.#isDropping && now >= this.#dropNextAt) {
      this.#host.drop(call!);
      this.#count++;
      call = this.#take();
      if (this.#mayDrop(call)) this.#dropNextAt = this.#after(this.#dropNextAt);
      else this.#isDropping = false;
    }
    return call;
  }

  #take(): ActivationCall | null {
    return this.length === 0 ? null : this.takeOldest();
  }

  /** Whether the wait has been above the target for a whole interval, now that this call has been taken. */
  #mayDrop(call: ActivationCall | null): boolean {
    const { now } = this.#host;
    // What the RFC says of one packet is said here of one request: the line is never emptied by drops.
    if (call === null || now - awaitsThreadSince(call) < this.#targetNs || this.length <= 1) {
      this.#firstAboveAt = 0;
      return false;
    }
    if (this.#firstAboveAt === 0) {
      this.#firstAboveAt = now + this.#intervalNs;
      return false;
    }
    return now >= this.#firstAboveAt;
  }

  #startDropping(): void {
    const { now } = this.#host;
    const since = this.#count - this.#lastCount;
    this.#isDropping = true;
    this.#count = since > 1 && now - this.#dropNextAt < RESUMED_WITHIN * this.#intervalNs ? since : 1;
    this.#dropNextAt = this.#after(now);
    this.#lastCount = this.#count;
  }

  #after(atNs: number): number {
    return atNs + this.#intervalNs / Math.sqrt(this.#count);
  }
}

export const codel = defineDiscipline({
  family: 'discipline',
  kind: 'codel',
  title: 'CoDel',
  about: 'Serves in order of arrival; when everybody has waited too long for a while, it sends some away, more and more often.',
  source: 'Nichols and Jacobson, RFC 8289, 2018',
  useWhen: 'Short bursts are welcome to wait, but a line that stands still is not.',
  differs: 'A limit on the length of the line cannot tell a burst from a standing line; this measures how long requests wait.',
  params: {
    target: duration({ about: 'A wait that is acceptable for long.', default: 5 * MILLISECOND, minExclusive: true, source: 'RFC 8289, section 4.4' }),
    interval: duration({ about: 'How long waits may stay above the target.', default: 100 * MILLISECOND, minExclusive: true, source: 'RFC 8289, section 4.3' }),
  },
  create: ({ target, interval }) => (host) => new CoDel(host, target, interval),
});
