/**
 * The circuit breakers of the four chapters, each twice: as parameters of our consecutive breaker, and as a deliberately
 * plain program of its own that follows the chapter step by step.
 */
import { FAILURES } from '../../sim/resilience/failures.ts';
import type { Given } from './pattern-values.ts';

export interface PlainBreaker {
  state: 'closed' | 'open' | 'halfOpen';
  /** A call arrives: may it pass? */
  admits(now: number): boolean;
  succeeded(now: number): void;
  failed(now: number): void;
}

export interface ChapterBreaker {
  readonly chapter: string;
  readonly params: Given;
  plain(failureThreshold: number, recoveryMs: number): PlainBreaker;
}

/** Chapter "Phase 5: Reliability & Resilience". A failed trial only counts on. */
const phaseFive: ChapterBreaker = {
  chapter: 'Phase 5: Reliability & Resilience',
  params: { recoveryFrom: 'lastFailure', reopenOnTrialFailure: false, failOn: FAILURES },
  plain: (failureThreshold, recoveryMs) => {
    let failures = 0;
    let lastFailure = NaN;
    return {
      state: 'closed',
      admits(now) {
        if (this.state === 'open' && now - lastFailure >= recoveryMs) this.state = 'halfOpen';
        return this.state !== 'open';
      },
      succeeded() {
        failures = 0;
        if (this.state === 'halfOpen') this.state = 'closed';
      },
      failed(now) {
        failures += 1;
        lastFailure = now;
        if (failures >= failureThreshold) this.state = 'open';
      },
    };
  },
};

/** Chapter "Reliability Engineering". Only a recovery forgets failures, and the timeout must be exceeded. */
const reliabilityEngineering: ChapterBreaker = {
  chapter: 'Reliability Engineering',
  params: { recoveryFrom: 'lastFailure', reopenOnTrialFailure: false, resetOnSuccess: false, exactRecovery: false, failOn: FAILURES },
  plain: (failureThreshold, recoveryMs) => {
    let failures = 0;
    let lastFailure = 0;
    return {
      state: 'closed',
      admits(now) {
        if (this.state === 'open' && now - lastFailure > recoveryMs) this.state = 'halfOpen';
        return this.state !== 'open';
      },
      succeeded() {
        if (this.state !== 'halfOpen') return;
        this.state = 'closed';
        failures = 0;
      },
      failed(now) {
        failures += 1;
        lastFailure = now;
        if (failures >= failureThreshold) this.state = 'open';
      },
    };
  },
};

/** Chapter 8, "Reliability & Fault Tolerance". Two successes close it; late failures may open it again and again. */
const chapterEight: ChapterBreaker = {
  chapter: 'Chapter 8: Reliability & Fault Tolerance',
  params: { successThreshold: 2, failOn: FAILURES },
  plain: (failureThreshold, recoveryMs) => {
    let failures = 0;
    let successes = 0;
    let nextAttempt = 0;
    return {
      state: 'closed',
      admits(now) {
        if (this.state === 'open' && now >= nextAttempt) this.state = 'halfOpen';
        return this.state !== 'open';
      },
      succeeded() {
        failures = 0;
        if (this.state !== 'halfOpen') return;
        successes += 1;
        if (successes < 2) return;
        this.state = 'closed';
        successes = 0;
      },
      failed(now) {
        failures += 1;
        if (this.state !== 'halfOpen' && failures < failureThreshold) return;
        this.state = 'open';
        nextAttempt = now + recoveryMs;
        successes = 0;
      },
    };
  },
};

/** Chapter "Reliability & Resilience". As the first, but any failed trial opens it again. */
const reliabilityAndResilience: ChapterBreaker = {
  chapter: 'Reliability & Resilience',
  params: { recoveryFrom: 'lastFailure', failOn: FAILURES },
  plain: (failureThreshold, recoveryMs) => {
    const inner = phaseFive.plain(failureThreshold, recoveryMs);
    return {
      state: inner.state,
      admits: (now) => inner.admits(now),
      succeeded: (now) => inner.succeeded(now),
      failed(now) {
        const wasTrial = inner.state === 'halfOpen';
        inner.failed(now);
        if (wasTrial) inner.state = 'open';
      },
    };
  },
};

export const chapterBreakers = { phaseFive, reliabilityEngineering, chapterEight, reliabilityAndResilience };
