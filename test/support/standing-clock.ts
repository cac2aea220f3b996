import { afterEach, beforeEach, vi } from 'vitest';

/** The clock of the libraries, for the tests around it: it stands still until it is moved. */
export function standingClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
