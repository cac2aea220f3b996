/** What a Resilience4j circuit breaker asks of its sliding window: how many calls ended lately, and how. */
export interface CallWindow {
  /** Calls in the window. */
  readonly total: number;
  readonly failed: number;
  /** Slow calls, failed or not. */
  readonly slow: number;
  /** Adds a call that ended now. */
  record(nowNs: number, failed: boolean, slow: boolean): void;
  clear(): void;
}
