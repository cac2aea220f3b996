/**
 * Marks: the small vocabulary in which a pattern tells telemetry what it did. A mark is a number that indexes a counter
 * of its layer; state marks also set what the layer's lane shows from then on.
 */
const NAMES = [
  'closed',
  'opened',
  'halfOpened',
  'rejected',
  'timedOut',
  'retried',
  'retriesExhausted',
  'retryDenied',
  'waited',
  'fellBack',
  'shed',
  'hedged',
  'hedgeWon',
  'limitChanged',
  'cacheHit',
  'staleServed',
  'coalesced',
  'duplicate',
  'probed',
  'ejected',
  'cacheMissed',
  'staleIfError',
  'falselyMerged',
  'connected',
  'disconnected',
  'deferred',
  'processedLater',
  'lostLater',
] as const;

export type MarkName = (typeof NAMES)[number];

export const MARKS: readonly MarkName[] = NAMES;

/** Marks by name: `Mark.opened`. The first three are states. */
export const Mark: Readonly<Record<MarkName, number>> = {
  closed: 0,
  opened: 1,
  halfOpened: 2,
  rejected: 3,
  timedOut: 4,
  retried: 5,
  retriesExhausted: 6,
  retryDenied: 7,
  waited: 8,
  fellBack: 9,
  shed: 10,
  hedged: 11,
  hedgeWon: 12,
  limitChanged: 13,
  cacheHit: 14,
  staleServed: 15,
  coalesced: 16,
  duplicate: 17,
  probed: 18,
  ejected: 19,
  cacheMissed: 20,
  staleIfError: 21,
  falselyMerged: 22,
  connected: 23,
  disconnected: 24,
  deferred: 25,
  processedLater: 26,
  lostLater: 27,
};

/** The states of a circuit breaker, by the marks with which it enters them. */
export const CLOSED = Mark.closed;
export const OPEN = Mark.opened;
export const HALF_OPEN = Mark.halfOpened;

/** Marks below this are states of the layer. */
export const STATE_MARKS = 3;
