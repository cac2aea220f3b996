/**
 * How a request, call, attempt or piece of server work can end. An outcome is one small integer, carried outward through
 * every layer; what it means is looked up here. The numbers are part of the request digest: append, never renumber.
 */

export type OutcomeClass = 'ok' | 'degraded' | 'failed' | 'rejected' | 'timedOut' | 'cancelled';

export interface OutcomeInfo {
  readonly name: string;
  readonly class: OutcomeClass;
  /** The HTTP status that a real stack would show; 0 where no answer exists. */
  readonly status: number;
  readonly about: string;
}

const TABLE = [
  { name: 'ok', class: 'ok', status: 200, about: 'answered in full' },
  { name: 'degraded', class: 'degraded', status: 200, about: 'answered with less than full quality' },
  { name: 'error', class: 'failed', status: 500, about: 'the server answered with an error' },
  { name: 'badRequest', class: 'failed', status: 400, about: 'the server refused the request as wrong; trying again cannot help' },
  { name: 'conflict', class: 'failed', status: 409, about: 'somebody else changed the record first' },
  { name: 'reset', class: 'failed', status: 0, about: 'the connection was reset because the server died while working' },
  { name: 'refused', class: 'failed', status: 0, about: 'the connection was refused because nothing listens' },
  { name: 'unreachable', class: 'rejected', status: 503, about: 'the balancer knows no healthy instance' },
  { name: 'queueFull', class: 'rejected', status: 503, about: 'the waiting line of the server was full' },
  { name: 'shed', class: 'rejected', status: 503, about: 'the request was shed to protect the server' },
  { name: 'rateLimited', class: 'rejected', status: 429, about: 'a rate limit was exceeded' },
  { name: 'bulkheadFull', class: 'rejected', status: 0, about: 'no permit of the bulkhead was free in time' },
  { name: 'breakerOpen', class: 'rejected', status: 0, about: 'the circuit breaker was open' },
  { name: 'poolTimeout', class: 'rejected', status: 0, about: 'no pooled connection became free in time' },
  { name: 'notPrimary', class: 'failed', status: 503, about: 'a write reached a replica or a database without a primary' },
  { name: 'timeout', class: 'timedOut', status: 504, about: 'no answer within the timeout' },
  { name: 'deadlineExceeded', class: 'timedOut', status: 504, about: 'the deadline of the request had passed' },
  { name: 'cancelled', class: 'cancelled', status: 499, about: 'the caller no longer wanted the answer' },
  { name: 'gaveUp', class: 'failed', status: 499, about: 'the user gave up waiting' },
  { name: 'crashed', class: 'cancelled', status: 0, about: 'the calling instance died and lost what it held' },
  { name: 'requestTimeout', class: 'timedOut', status: 408, about: 'the server waited too long for the rest of the request' },
] as const satisfies readonly OutcomeInfo[];

export type OutcomeName = (typeof TABLE)[number]['name'];

/** All outcomes; the index is the code. */
export const OUTCOMES: readonly OutcomeInfo[] = TABLE;

/** Codes by name: `Outcome.timeout`. */
export const Outcome: Readonly<Record<OutcomeName, number>> = {
  ok: 0,
  degraded: 1,
  error: 2,
  badRequest: 3,
  conflict: 4,
  reset: 5,
  refused: 6,
  unreachable: 7,
  queueFull: 8,
  shed: 9,
  rateLimited: 10,
  bulkheadFull: 11,
  breakerOpen: 12,
  poolTimeout: 13,
  notPrimary: 14,
  timeout: 15,
  deadlineExceeded: 16,
  cancelled: 17,
  gaveUp: 18,
  crashed: 19,
  requestTimeout: 20,
};

/** True for an answer that a user can use: `ok` and `degraded`. */
export function isGood(code: number): boolean {
  return code <= Outcome.degraded;
}

/** True when nobody learned anything about the callee: the caller let go by itself. */
export function isCancelled(code: number): boolean {
  return code === Outcome.cancelled || code === Outcome.gaveUp || code === Outcome.crashed;
}

const connection = { about: 'the connection was reset or refused', codes: [Outcome.reset, Outcome.refused] };

/**
 * Words that stand for several outcomes at once, by the status that a caller sees: `5xx`, `4xx`, single statuses such as
 * `429`, and `connection` where no status was seen. What a caller decides by itself has none.
 */
export const OUTCOME_GROUPS: ReadonlyMap<string, { readonly about: string; readonly codes: readonly number[] }> = new Map([
  ...['4xx', '5xx'].map((word) => groupOf(word, `statuses ${word}`, (status) => status.startsWith(word[0]!))),
  ...statuses().map((word) => groupOf(word, `status ${word}`, (status) => status === word)),
  ['connection', connection],
]);

function groupOf(word: string, about: string, includes: (status: string) => boolean) {
  const codes = OUTCOMES.flatMap(({ status }, code) => (!isGood(code) && !isCancelled(code) && includes(String(status)) ? [code] : []));
  return [word, { about, codes }] as const;
}

function statuses(): string[] {
  const failures = OUTCOMES.filter(({ status }, code) => status > 0 && !isGood(code) && !isCancelled(code));
  return [...new Set(failures.map(({ status }) => String(status)))].sort();
}

/**
 * True for an outcome after which the caller knows that nothing has been done: nothing listened, a local limit kept the
 * call from leaving, or a database refused a write before it was made. Even what must not be done twice may be tried again.
 */
export function isKnownUndone(code: number): boolean {
  return UNDONE.includes(code);
}

const UNDONE: readonly number[] = [
  Outcome.conflict,
  Outcome.refused,
  Outcome.unreachable,
  Outcome.bulkheadFull,
  Outcome.breakerOpen,
  Outcome.poolTimeout,
  Outcome.notPrimary,
];

/** The code of a name, or -1. */
export function outcomeByName(name: string): number {
  return OUTCOMES.findIndex((outcome) => outcome.name === name);
}
