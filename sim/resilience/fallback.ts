import { callSite, causes, ratio, type ValuesOf } from '../catalogue/param.ts';
import { codeSet, FAILURES } from './failures.ts';
import { Mark } from './mark.ts';
import { isGood } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const params = {
  quality: ratio({
    about: 'How good the fallback is, compared with a full answer.',
    default: 0.5,
    source: 'own choice',
  }),
  to: callSite<unknown>()({
    about: 'Another call that is made instead. Left out, the fallback is a value that is at hand.',
    optional: true,
    source: 'chapter 8, Reliability & Fault Tolerance: cached value, default value, alternative service',
  }),
  on: causes({
    about: 'The outcomes after which the fallback is used; [breakerOpen] uses it only while a circuit breaker is open.',
    default: FAILURES,
    source: 'any failure: chapter Reliability & Resilience; only when open: chapters Phase 5 and 8',
  }),
};

/** Tags of the two calls that a fallback can start, and the exit that leads to the second. */
const PRIMARY = 0;
const ALTERNATIVE = 1;
const EXIT = 1;

class Fallback implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #fallsBackOn: Uint8Array;
  readonly #host: PatternHost;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#fallsBackOn = codeSet(values.on);
    this.#host = host;
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    fx.start(call, PRIMARY);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    const { quality, to } = this.#values;
    if (child.tag === ALTERNATIVE) {
      if (isGood(child.code)) fx.settleQuality(call, Math.min(quality, child.quality));
      else fx.settleWith(call, child);
      return;
    }
    if (this.#fallsBackOn[child.code] === 0 || call.cancelled) {
      fx.settleWith(call, child);
      return;
    }
    fx.note(this.#host, Mark.fellBack);
    if (to === undefined) fx.settleQuality(call, quality);
    else fx.start(call, ALTERNATIVE, EXIT);
  }

  held(): number {
    return 0;
  }
}

export const fallback = definePattern({
  family: 'fallback',
  kind: 'fallback',
  title: 'Fallback',
  about: 'Answers with something less good when a call fails: a cached or default value, or the answer of another service.',
  source: 'Polly 8 (fallback strategy), cockatiel 4 (FallbackPolicy), Hystrix 1.5 (getFallback), the chapters',
  useWhen: 'A worse answer is better than none, and it does not depend on what has just failed.',
  avoidWhen: 'The fallback is a call that nobody has sized for the full load: it fails exactly when it is needed.',
  differs: 'A cache answers before the call is made; a fallback answers after it has failed. One fallback around another makes a chain, each level with a quality of its own.',
  shorthand: 'quality',
  side: 'caller',
  exits: ['to'],
  defaultScope: 'shared',
  marks: ['fellBack'],
  params,
  create: (values, host) => new Fallback(values, host),
});
