/**
 * The systems on which determinism is tested: every shipped scenario, and two made-up ones that are short and use much
 * that the shipped ones leave out. Plain texts, so that the same ones can be handed to any engine.
 */
import { shippedScenarios } from '../support/shipped-scenarios.ts';
import type { World } from './prints.ts';

/** Most kinds of arrivals, distributions, balancers and faults, and the patterns that everybody knows, in twelve seconds. */
const everything = `
faultline: 1
title: Everything at once
seed: 1
duration: 12s
warmup: 1s
bucket: 100ms

system:
  shoppers:
    kind: client
    arrivals: {poisson: 60/s}
    classes: {gold: {weight: 1, priority: 0}, free: {weight: 4, priority: 2}}
    calls: gateway
    deadline: 1500ms
    propagateDeadline: true
    patterns:
      - retry: {maxAttempts: 3, backoff: {exponential: {base: 20ms, max: 400ms}}, jitter: full}
      - timeout: 700ms
  crowd:
    kind: client
    arrivals: {burst: {size: 60, at: 2s, every: 3s, spread: 300ms}}
    calls: gateway
    patterns:
      - retry: {maxAttempts: 4, backoff: {decorrelated: {base: 10ms, max: 500ms}}, jitter: equal}
      - timeout: {after: 500ms, mode: abandon}
  probe:
    kind: client
    arrivals: {constant: 20/s}
    calls: pages
    patterns:
      - retry: {maxAttempts: 2, backoff: {random: {gamma: {mean: 20ms, shape: 0.7}}}, jitter: {proportional: {min: 0.5, max: 1.5}}}
      - timeout: {after: 200ms, mode: cooperative}
  readers:
    kind: client
    arrivals: {profile: [{for: 4s, rate: 10/s, to: 90/s}, {for: 3s, rate: 90/s}, {rate: 15/s}]}
    calls: pages
  regulars:
    kind: client
    arrivals: {closed: {users: 25, think: {erlang: {mean: 300ms, stages: 3}}, rampUp: 1s}}
    calls: gateway
    patterns:
      - timeout: 1s

  gateway:
    kind: service
    instances: 3
    threads: 30
    queue: {capacity: 40, discipline: priority}
    balancer: {algorithm: powerOfTwo, healthCheck: {interval: 500ms, timeout: 200ms, unhealthyThreshold: 2}}
    startup: 300ms
    patterns:
      - loadShedding: {maxConcurrent: 60}
      - rateLimit: {kind: tokenBucket, rate: 400/s, burst: 40}
    handler:
      - work: {mixture: [{value: {uniform: {min: 1ms, max: 3ms}}, weight: 3}, {value: {boundedPareto: {alpha: 1.2, min: 2ms, max: 60ms}}}]}
        as: checking
      - parallel:
          - steps:
              - call: pages
                cancelDownstream: true
                patterns:
                  - bulkhead: {maxConcurrentCalls: 12, maxWaitDuration: 50ms}
                  - timeout: 150ms
          - optional: true
            steps:
              - work: {weibull: {scale: 3ms, shape: 0.8}}
                as: choosing
              - call: ads
        timeout: 400ms
      - choose: probability
        probability: 40%
        then:
          - call: orders
            operation: write
            idempotent: true
            patterns:
              - fallback: {to: {call: notes, patterns: [{retry: {maxAttempts: 2, backoff: {fixed: 10ms}}}]}, quality: 60%}
              - retry: {maxAttempts: 3, backoff: {linear: {base: 15ms}}, jitter: {additive: {max: 5ms}}}
              - circuitBreaker: {kind: resilience4j, slidingWindowSize: 20, minimumNumberOfCalls: 10, waitDurationInOpenState: 500ms}
              - timeout: 250ms
        otherwise:
          - call: orders
            as: lookup
            operation: read
            async: true
            patterns:
              - circuitBreaker: {kind: consecutive, failureThreshold: 4, recoveryTimeout: 400ms}
              - retry: {maxAttempts: 2, backoff: {fixed: 30ms}, jitter: full}
              - timeout: 200ms
      - work: {hyperexponential: {mean: 2ms, cv: 3}}
        as: rendering
  pages:
    kind: service
    instances: 4
    threads: 6
    queue: {capacity: 30, discipline: lifo}
    balancer: {algorithm: leastRequest}
    startup: 200ms
    handler:
      - work: {lognormal: {mean: 6ms, cv: 0.8}}
        slowdownPerRequest: 0.02
      - call: notes
        patterns:
          - rateLimit: {kind: resilience4j, limitForPeriod: 30, limitRefreshPeriod: 100ms, timeoutDuration: 20ms}
          - circuitBreaker: {kind: consecutive, per: [callee], failureThreshold: 3, recoveryTimeout: 300ms}
          - timeout: {after: 120ms, propagateDeadline: true}
  ads:
    kind: service
    instances: 2
    balancer: {algorithm: weighted, weights: [1, 3]}
    handler:
      - work: {empirical: {quantiles: {p0: 1ms, p50: 4ms, p99: 40ms, p100: 90ms}}}
  notes:
    kind: service
    instances: 2
    threads: 8
    balancer: {algorithm: random}
    handler:
      - work: {normal: {mean: 4ms, sd: 3ms}}
  orders:
    kind: database
    replicas: 2
    connections: 12
    readFrom: any
    read: {gamma: {mean: 5ms, shape: 2}}
    write: {exponential: 8ms}
    replication: {mode: quorum, quorum: 2, lag: {exponential: 15ms}}
    failover: {lease: 900ms, renewEvery: 300ms, promotion: {uniform: {min: 100ms, max: 300ms}}}
    startup: 400ms

network:
  default: {latency: {lognormal: {mean: 0.5ms, cv: 0.5}}}
  links:
    - {from: gateway, to: ads, latency: {exponential: 2ms}, loss: 2%, retransmitAfter: 30ms}

faults:
  - {at: 2s, for: 1s, slowdown: {target: pages, factor: 4}}
  - {at: 2500ms, for: 1s, errorRate: {target: notes, rate: 30%}}
  - {at: 3s, for: 500ms, hang: {target: orders, instance: 1}}
  - {at: 4s, for: 3s, killPrimary: {target: orders}}
  - {at: 5s, for: 2s, kill: {target: gateway, every: 600ms, restartAfter: 400ms}}
  - {at: 6s, for: 1s, latency: {from: gateway, to: orders, add: {exponential: 30ms}}}
  - {at: 7s, for: 1s, loss: {from: gateway, to: pages, rate: 20%, as: silence}}
  - {at: 8s, for: 700ms, partition: {from: pages, to: notes, oneWay: true}}
  - {at: 8s, for: 1s, traffic: {target: shoppers, factor: 3}}

variants:
  protected: {}
  bare: {off: [shoppers/*, crowd/*, probe/*, regulars/*, gateway/*, pages/*]}
`;

/** A closed loop into a small pool: instants move with everything, while nobody's luck may. */
const closedLoop = `
faultline: 1
title: A closed loop
seed: 2
duration: 10s

system:
  users:
    kind: client
    arrivals: {closed: {users: 60, think: {exponential: 400ms}}}
    classes: {short: {weight: 3}, long: {weight: 1}}
    calls: desk
    patterns:
      - retry: {maxAttempts: 3, backoff: {fixed: 20ms}, jitter: full}
      - timeout: 300ms
  desk:
    kind: service
    instances: 2
    threads: 6
    queue: {capacity: 10}
    balancer: {algorithm: random}
    handler:
      - work: {lognormal: {mean: 20ms, cv: 1}}
      - call: archive
        patterns:
          - retry: {maxAttempts: 2, backoff: {fixed: 5ms}}
          - timeout: 80ms
  archive:
    kind: service
    threads: 4
    handler:
      - work: {exponential: 20ms}

network:
  default: {latency: {exponential: 1ms}}

faults:
  - {at: 3s, for: 2s, slowdown: {target: archive, factor: 5}}
`;

export const madeUpWorlds: readonly World[] = [
  { name: 'everything', text: everything },
  { name: 'closed-loop', text: closedLoop },
];

export const allWorlds: readonly World[] = [...shippedScenarios, ...madeUpWorlds];
