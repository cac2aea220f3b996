/** The systems that are measured, as anybody would write them in a scenario file. */

/** Three layers around one call, which nearly every service has. */
const THREE_LAYERS: readonly string[] = [
  'retry: {maxAttempts: 3, backoff: {fixed: 50ms}}',
  'circuitBreaker: {kind: resilience4j, slidingWindowSize: 100, failureRateThreshold: 50, waitDurationInOpenState: 5s}',
  'timeout: {after: 250ms}',
];

/** Twice as many, none of which ever does anything in a healthy system. */
export const SIX_LAYERS: readonly string[] = [
  'fallback: {quality: 50%}',
  'timeout: {after: 2s, as: total}',
  ...THREE_LAYERS,
  'bulkhead: {maxConcurrentCalls: 1000}',
];

interface Path {
  readonly title: string;
  readonly durationSec: number;
  readonly ratePerSec: number;
  /** Around the requests of users, and around the calls to the database. */
  readonly outer: readonly string[];
  readonly inner: readonly string[];
  /** Places in the queue of each instance of the service, and of the database. */
  readonly queues: readonly [service: number, database: number];
  readonly readMs: number;
}

/**
 * A request path of ten events: the arrival, two messages to and from a service of four instances with threads and a
 * queue, four pieces of work there, and a read through a database's connections with two messages of its own.
 */
function path({ title, durationSec, ratePerSec, outer, inner, queues: [ofService, ofDatabase], readMs }: Path): string {
  const patterns = (layers: readonly string[], indent: string): string =>
    layers.length === 0 ? '' : `\n${indent}patterns:${layers.map((layer) => `\n${indent}  - ${layer}`).join('')}`;
  return `faultline: 1
title: ${title}
duration: ${durationSec}s
system:
  users:
    kind: client
    arrivals: {poisson: ${ratePerSec}/s}
    calls: api${patterns(outer, '    ')}
  api:
    kind: service
    instances: 4
    threads: 32
    queue: {capacity: ${ofService}}
    balancer: {algorithm: leastRequest}
    handler:
      - {work: {lognormal: {mean: 1ms, cv: 0.6}}, as: read}
      - {work: {exponential: 1ms}, as: prepare}
      - call: orders
        operation: read${patterns(inner, '        ')}
      - {work: {exponential: 1ms}, as: combine}
      - {work: {lognormal: {mean: 1ms, cv: 0.6}}, as: write}
  orders:
    kind: database
    connections: 40
    queue: {capacity: ${ofDatabase}}
    read: {lognormal: {mean: ${readMs}ms, cv: 1}}
network:
  default: {latency: {lognormal: {mean: 0.4ms, cv: 0.5}}}
`;
}

/** The path of a system that is well. */
export function requestPath({ ratePerSec = 2000, durationSec = 2000, layers = THREE_LAYERS } = {}): string {
  return path({ title: 'Request path', durationSec, ratePerSec, outer: [], inner: layers, queues: [200, 500], readMs: 6 });
}

/**
 * The same path, offered a sixth more than its database can do. Three attempts of each request keep it overloaded; most
 * of what is in flight waits in the service's queues or for its next attempt, and nobody waits any more for much of what
 * is done.
 */
export function retryStorm(): string {
  const outer = ['retry: {maxAttempts: 3, backoff: {exponential: {base: 2s, max: 4s}}, jitter: full}', 'timeout: {after: 2s}'];
  return path({ title: 'Retry storm', durationSec: 600, ratePerSec: 7000, outer, inner: [], queues: [5000, 5000], readMs: 6.6667 });
}

/** Independent systems of four components each, which share 4,000 requests a second. */
export function cells(count: number): string {
  const cell = (i: number): string => `
  users-${i}: {kind: client, arrivals: {poisson: ${4000 / count}/s}, calls: web-${i}}
  web-${i}:
    kind: service
    handler: [{work: {exponential: 1ms}}, {call: stock-${i}, patterns: [{timeout: 1s}]}]
  stock-${i}:
    kind: service
    handler: [{work: {exponential: 1ms}}, {call: orders-${i}, operation: read}]
  orders-${i}: {kind: database, read: {exponential: 2ms}}`;
  return `faultline: 1
title: Many components
duration: 600s
bucket: 5s
system:${Array.from({ length: count }, (_, i) => cell(i)).join('')}
network:
  default: {latency: {exponential: 0.4ms}}
`;
}

/** Requests that nobody answers: they all wait behind two layers, in front of the only thread. */
export function waiting(ratePerSec: number): string {
  return `faultline: 1
title: Waiting
duration: 100s
system:
  users:
    kind: client
    arrivals: {poisson: ${ratePerSec}/s}
    calls: api
    patterns:
      - retry: {maxAttempts: 3}
      - timeout: {after: 99s}
  api: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: 100s]}
`;
}

/** One queue and one server, four fifths of the time busy: the benchmark of every simulator. */
export const MM1 = `faultline: 1
title: M/M/1
duration: 1000000s
system:
  users: {kind: client, arrivals: {poisson: 80/s}, calls: station}
  station: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: {exponential: 10ms}]}
`;

/** Nothing but a request, an answer, and one layer between them, at the call site or in front of the server. */
export function oneLayer(layer: string | undefined, side: 'caller' | 'server'): string {
  const patterns = layer === undefined ? '' : `, patterns: [${layer}]`;
  return `faultline: 1
title: One layer
duration: 100000s
bucket: 100000s
system:
  users: {kind: client, arrivals: {constant: 5000/s}, calls: station${side === 'caller' ? patterns : ''}}
  station: {kind: service, threads: unlimited, handler: [work: 400us]${side === 'server' ? patterns : ''}}
`;
}
