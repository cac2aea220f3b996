/**
 * What theory and the literature say, as numbers that this project has not made. Times are in mean service times, rates
 * are per mean service time, unless a quantity says otherwise.
 */
import type { Reference } from './judge.ts';

export interface TheoryCase {
  readonly title: string;
  readonly source: string;
  /** Tolerances hold for this many requests in all. With fewer they are wider, with the square root of the number. */
  readonly requests: number;
  readonly values: Readonly<Record<string, Reference>>;
}

const about = (value: number, tolerance: number): Reference => ({ value, tolerance });

const poissonExponential = 'Kleinrock, Queueing Systems, vol. 1, 1975; relative error of the mean wait: Daley 1968';
const erlangC = 'Erlang 1917 (Erlang C)';
const erlangB = 'Erlang 1917 (Erlang B, by its recursion)';
const insensitive = 'Erlang B holds for any service law: Sevastyanov 1957';
const birthAndDeath = 'birth-and-death process in equilibrium; sojourn of the accepted: mixture of Erlang and exponential';
const pollaczek = 'mean: Pollaczek 1930 and Khinchine 1932';

// ---- random numbers -------------------------------------------------------------------------------------------------

const inverse = 'inverse of the distribution function';
const lognormalQuantiles = { mean: about(10, 0.005), p50: about(7.07107, 0.005), p99: about(49.0492, 0.013), p999: about(92.6472, 0.035) };

export const A7 = {
  exponential: {
    title: 'exponential with mean 10',
    source: inverse,
    requests: 1e6,
    values: { mean: about(10, 0.005), p50: about(6.93147, 0.006), p99: about(46.0517, 0.01) },
  },
  lognormal: { title: 'lognormal with mean 10 and cv 1', source: inverse, requests: 1e6, values: lognormalQuantiles },
  lognormalByQuantiles: { title: 'the same, by its median and its 99th percentile', source: inverse, requests: 1e6, values: lognormalQuantiles },
} as const satisfies Record<string, TheoryCase>;

// ---- one station ----------------------------------------------------------------------------------------------

export const A3 = {
  title: 'D/M/1, load 0.8',
  source: 'Kendall 1953: the probability s that all are busy on arrival solves s = exp(-(1 - s) / load)',
  requests: 1e6,
  values: { utilisation: about(0.8, 0.008), meanWait: about(1.692731, 0.05) },
} as const satisfies TheoryCase;

export const B1 = {
  title: 'M/M/1, load 0.8',
  source: poissonExponential,
  requests: 1e6,
  values: {
    utilisation: about(0.8, 0.008),
    delayed: about(0.8, 0.01),
    meanWait: about(4, 0.05),
    meanSojourn: about(5, 0.04),
    meanPresent: about(4, 0.05),
    p50: about(3.46574, 0.04),
    p90: about(11.5129, 0.06),
    p95: about(14.9787, 0.06),
    p99: about(23.0259, 0.09),
  },
} as const satisfies TheoryCase;

export const B1b = {
  title: 'M/M/1, load 0.5',
  source: poissonExponential,
  requests: 1e6,
  values: {
    utilisation: about(0.5, 0.01),
    delayed: about(0.5, 0.015),
    meanWait: about(1, 0.025),
    meanSojourn: about(2, 0.015),
    meanPresent: about(1, 0.02),
    p50: about(1.38629, 0.015),
    p99: about(9.21034, 0.025),
  },
} as const satisfies TheoryCase;

export const B2 = {
  title: 'M/M/2, load 0.8',
  source: erlangC,
  requests: 1e6,
  values: {
    delayed: about(0.711111, 0.015),
    meanWait: about(1.77778, 0.055),
    meanSojourn: about(2.77778, 0.035),
    meanPresent: about(4.44444, 0.04),
    p50: about(2.04003, 0.03),
    p95: about(7.91068, 0.06),
    p99: about(11.9374, 0.08),
  },
} as const satisfies TheoryCase;

export const B2b = {
  title: 'M/M/5, load 0.5',
  source: `${erlangC}; Brooker, Surprising Economics of Load-Balanced Systems, 2020: 13 % queue at half load`,
  requests: 1e6,
  values: {
    delayed: about(0.130371, 0.03),
    meanWait: about(0.0521485, 0.06),
    meanSojourn: about(1.05215, 0.006),
    meanPresent: about(2.63037, 0.01),
    p50: about(0.750194, 0.008),
    p99: about(4.68844, 0.01),
  },
} as const satisfies TheoryCase;

export const B2c = {
  title: 'M/M/10, load 0.5',
  source: `${erlangC}; Brooker 2020 as above: 3.6 %`,
  requests: 1e6,
  values: {
    delayed: about(0.0361054, 0.07),
    meanWait: about(0.00722107, 0.1),
    meanSojourn: about(1.00722, 0.005),
    meanPresent: about(5.03611, 0.007),
    p50: about(0.701592, 0.007),
    p99: about(4.61416, 0.01),
  },
} as const satisfies TheoryCase;

export const B2d = {
  title: 'M/M/10, load 0.9',
  source: erlangC,
  requests: 1e6,
  values: {
    delayed: about(0.668732, 0.024),
    meanWait: about(0.668732, 0.12),
    meanSojourn: about(1.66873, 0.05),
    meanPresent: about(15.0186, 0.05),
    p50: about(1.32909, 0.05),
    p99: about(6.24988, 0.08),
  },
} as const satisfies TheoryCase;

export const B3 = {
  five: {
    title: 'M/M/5/5, 4 erlang',
    source: erlangB,
    requests: 1e6,
    values: { loss: about(0.199067, 0.02), utilisation: about(0.640747, 0.01) },
  },
  twenty: {
    title: 'M/M/20/20, 15 erlang',
    source: erlangB,
    requests: 1e6,
    values: { loss: about(0.0455932, 0.04) },
  },
} as const satisfies Record<string, TheoryCase>;

export const B3b = {
  title: 'M/G/10/10, 7 erlang',
  source: insensitive,
  requests: 1e6,
  values: { loss: about(0.0787409, 0.03) },
} as const satisfies TheoryCase;

export const B3c = {
  title: 'M/M/3/8, load 1.33',
  source: birthAndDeath,
  requests: 1e6,
  values: {
    loss: about(0.27954, 0.015),
    throughput: about(2.88184, 0.015),
    utilisation: about(0.960613, 0.015),
    meanPresent: about(5.9142, 0.015),
    meanWaiting: about(3.03236, 0.015),
    meanSojourn: about(2.05223, 0.015),
    meanWait: about(1.05223, 0.015),
    p50: about(1.84369, 0.015),
    p99: about(6.08373, 0.015),
  },
} as const satisfies TheoryCase;

/** Other numbers of servers and places. */
export const otherMMcK = {
  oneOfFour: {
    title: 'M/M/1/4, load 0.9',
    source: birthAndDeath,
    requests: 1e6,
    values: {
      loss: about(0.160216, 0.02),
      meanPresent: about(1.790286, 0.015),
      meanWait: about(1.368712, 0.015),
      p50: about(1.937731, 0.015),
      p99: about(8.375486, 0.015),
    },
  },
  twoOfSix: {
    title: 'M/M/2/6, load 1.25',
    source: birthAndDeath,
    requests: 1e6,
    values: {
      loss: about(0.261756, 0.015),
      meanPresent: about(3.989915, 0.015),
      meanWait: about(1.161841, 0.015),
      p50: about(1.922048, 0.015),
      p99: about(6.578213, 0.015),
    },
  },
} as const satisfies Record<string, TheoryCase>;

export const B4 = {
  deterministic: {
    title: 'M/D/1, load 0.8',
    source: `${pollaczek}; distribution of the wait: Erlang 1909; the sojourn is the wait plus 1`,
    requests: 1e6,
    values: { meanWait: about(2, 0.03), p99: about(11.3559, 0.06) },
  },
  lognormal: {
    title: 'M/G/1, lognormal with cv 1, load 0.8',
    source: pollaczek,
    requests: 1e6,
    values: { meanWait: about(4, 0.05) },
  },
  boundedPareto: {
    title: 'M/G/1, bounded Pareto (2.1, 1, 100), rate 0.368972',
    source: pollaczek,
    requests: 1e6,
    values: { utilisation: about(0.7, 0.012), meanWait: about(4.76612, 0.06) },
  },
  gamma: {
    title: 'M/G/1, gamma of shape 4, load 0.7',
    source: pollaczek,
    requests: 1e6,
    values: { meanWait: about(1.458333, 0.03) },
  },
  hyperexponential: {
    title: 'M/G/1, hyperexponential with cv 2, load 0.5',
    source: pollaczek,
    requests: 1e6,
    values: { meanWait: about(2.5, 0.05) },
  },
} as const satisfies Record<string, TheoryCase>;

export const B6 = {
  title: 'M/M/1 served last in, first out, load 0.8',
  // E[T^2] = E[W^2] + 2 E[W] + 2 with E[W^2] = 200, five times that of first in, first out.
  source: 'second moment of the wait: Takacs 1963, 1 / (1 - load) times that of first in, first out',
  requests: 2e6,
  values: { meanWait: about(4, 0.04), meanSquareSojourn: about(210, 0.15) },
} as const satisfies TheoryCase;

export const B6b = {
  title: 'M/M/1 served last in, first out, load 1.25',
  source: 'the wait is a busy period of the queue with rates of arrival and service exchanged',
  requests: 5e5,
  values: { served: about(0.8, 0.02), meanSojourn: about(5, 0.05) },
} as const satisfies TheoryCase;

export const B7 = {
  title: 'M/M/1 with two priorities, rates 0.3 and 0.5',
  source: 'Cobham 1954',
  requests: 1e6,
  values: { meanHigh: about(2.14286, 0.03), meanLow: about(6.71429, 0.05) },
} as const satisfies TheoryCase;

export const B8 = {
  title: 'M/M/1, load 1.25, dropped at its turn after waiting for more than 5',
  source: 'density of the virtual wait in M/M/1+D: Baccelli and Hebuterne 1981',
  requests: 1e6,
  values: { dropped: about(0.244907, 0.015), utilisation: about(0.943866, 0.015), throughput: about(0.943866, 0.015) },
} as const satisfies TheoryCase;

const truncated = 'Pollaczek 1930 and Khinchine 1932, with the moments of an exponential service time cut off at T';

export const B8s = {
  title: 'M/M/1, load 0.6, work ended by the server after 2',
  source: truncated,
  requests: 1e6,
  // E[S] = 1 - e^-2, E[S^2] = 2 (1 - 3 e^-2), mean wait = 0.6 E[S^2] / 2 (1 - 0.6 E[S]).
  values: { timedOut: about(0.135335, 0.01), utilisation: about(0.518799, 0.01), meanWait: about(0.740639, 0.03) },
} as const satisfies TheoryCase;

export const B8b = {
  title: 'M/M/1, load 0.8, users give up after 10',
  source: 'the sojourn is exponential: Kleinrock 1975',
  requests: 1e6,
  values: { useful: about(0.864665, 0.015), utilisation: about(0.8, 0.01), wasted: about(0.135335, 0.1) },
} as const satisfies TheoryCase;

// ---- closed loops and networks ----------------------------------------------------------------------------------

const repairman = 'machine repairman model, exact (birth-and-death process; arrivals see one user less)';

/** Times in seconds as in the source, each second simulated as one unit. */
export const C1 = {
  tenUsers: {
    title: '10 users, think 1.145, service 0.1',
    source: `${repairman}; setting of Brooker, Open and Closed, Omission and Collapse, 2023`,
    requests: 3e5,
    values: { throughput: about(7.21, 0.01), meanSojourn: about(0.241963, 0.018), p99: about(0.944947, 0.024), utilisation: about(0.721, 0.01) },
  },
  oneUser: {
    title: '1 user, think 0.02, service 0.1',
    source: 'a single user never waits',
    requests: 3e5,
    values: { throughput: about(8.33333, 0.01), meanSojourn: about(0.1, 0.01), p99: about(0.460517, 0.02), utilisation: about(0.833333, 0.01) },
  },
  twentyFiveUsers: {
    title: '25 users, think 20, service 1',
    source: repairman,
    requests: 3e5,
    values: { throughput: about(0.949778, 0.01), meanSojourn: about(6.321934, 0.03), p99: about(18.495823, 0.036), utilisation: about(0.949778, 0.01) },
  },
  threeThreads: {
    title: '12 users, think 4, service 1, three threads',
    source: repairman,
    requests: 3e5,
    values: { throughput: about(2.256893, 0.01), meanSojourn: about(1.317044, 0.015), utilisation: about(0.752298, 0.01) },
  },
} as const satisfies Record<string, TheoryCase>;

export const C2 = {
  title: '20 users, think 2, stations of 0.05, 0.08 and 0.02',
  source: 'exact mean value analysis, Reiser and Lavenberg 1980',
  requests: 3e5,
  values: {
    throughput: about(8.63447, 0.01),
    meanSojourn: about(0.316299, 0.02),
    presentWeb: about(0.720405, 0.02),
    presentApp: about(1.80416, 0.03),
    presentData: about(0.206503, 0.02),
    utilisationWeb: about(0.431723, 0.01),
    utilisationApp: about(0.690757, 0.01),
    utilisationData: about(0.172689, 0.01),
  },
} as const satisfies TheoryCase;

export const C3 = {
  title: 'three stations in a row, rate 8, service rates 10, 12 and 20',
  source: 'Jackson 1957, Burke 1956; independent sojourns: Reich 1957',
  requests: 1e6,
  values: {
    meanFirst: about(0.5, 0.04),
    meanSecond: about(0.25, 0.03),
    meanThird: about(0.0833333, 0.015),
    meanSojourn: about(0.833333, 0.04),
    p50: about(0.700782, 0.04),
    p99: about(2.73901, 0.08),
  },
} as const satisfies TheoryCase;

// ---- balancing ----------------------------------------------------------------------------------------------------

const twoChoices = 'Mitzenmacher, IEEE TPDS 12(10), 2001, table 1 (simulation column, 100 servers), repeated by an independent program';
const shortestQueue = 'join the shortest queue: truncated Markov chain of the sorted queues';

export const D1 = {
  two: { title: '2 choices among 100, load 0.8', source: twoChoices, requests: 2e6, values: { meanSojourn: about(1.9585, 0.015) } },
  three: { title: '3 choices among 100, load 0.8', source: twoChoices, requests: 2e6, values: { meanSojourn: about(1.5939, 0.012) } },
  /** With two of two drawn, the shorter of both queues is joined. */
  bothOfTwo: { title: '2 choices among 2, load 0.8', source: shortestQueue, requests: 1e6, values: { meanSojourn: about(2.95574, 0.03) } },
} as const satisfies Record<string, TheoryCase>;

export const D2 = {
  two: { title: 'shortest of 2 queues, load 0.8', source: shortestQueue, requests: 1e6, values: { meanSojourn: about(2.95574, 0.03) } },
  five: { title: 'shortest of 5 queues, load 0.7', source: shortestQueue, requests: 1e6, values: { meanSojourn: about(1.3937, 0.03) } },
} as const satisfies Record<string, TheoryCase>;

export const D3 = {
  two: {
    title: 'round robin over 2, load 0.8',
    source: 'each server sees Erlang arrivals: Erlang-n/M/1',
    requests: 1e6,
    values: { meanSojourn: about(3.84398, 0.036) },
  },
  four: {
    title: 'round robin over 4, load 0.8',
    source: 'each server sees Erlang arrivals: Erlang-n/M/1',
    requests: 1e6,
    values: { meanSojourn: about(3.26738, 0.03), p99: about(15.0469, 0.08) },
  },
} as const satisfies Record<string, TheoryCase>;

export const D4 = {
  leastRequestOfTwo: {
    title: 'least request, one of 2 fails at once, load 1 each',
    source: 'birth-and-death process of the busy healthy servers',
    requests: 5e5,
    values: { failed: about(0.666667, 0.01) },
  },
  leastRequestOfFour: {
    title: 'least request, one of 4 fails at once, rate 2',
    source: 'birth-and-death process of the busy healthy servers',
    requests: 5e5,
    values: { failed: about(0.413043, 0.01) },
  },
} as const satisfies Record<string, TheoryCase>;

export const D5 = {
  title: 'random choice among 10, load 0.8',
  source: 'ten M/M/1: Poisson arrivals split at random stay Poisson',
  requests: 1e6,
  values: { meanSojourn: about(5, 0.04) },
} as const satisfies TheoryCase;

// ---- fan-out and quorum -------------------------------------------------------------------------------------------

const tailAtScale = 'Dean and Barroso, The Tail at Scale, CACM 56(2), 2013';
/** Four standard errors of a share, relative to it, for a number of independent trials. */
const binomial = (share: number, trials: number): Reference => about(share, 4 * Math.sqrt((1 - share) / share / trials));

export const E1 = {
  hundred: { title: '100 leaves, each slow with 1 %', source: `${tailAtScale}: 63 %`, requests: 1e4, values: { slow: binomial(0.633968, 1e4) } },
  ten: { title: '10 leaves, each slow with 1 %', source: tailAtScale, requests: 1e5, values: { slow: binomial(0.0956179, 1e5) } },
  twoThousand: { title: '2,000 leaves, each slow with 0.01 %', source: `${tailAtScale}: almost one in five`, requests: 1e3, values: { slow: binomial(0.181277, 1e3) } },
} as const satisfies Record<string, TheoryCase>;

const orderStatistics = 'order statistics of exponential variables';

export const E2 = {
  ten: {
    title: 'all of 10 exponential leaves',
    source: orderStatistics,
    requests: 1e5,
    values: { meanSojourn: about(2.92897, 0.0055), p99: about(6.903237, 0.02) },
  },
  hundred: {
    title: 'all of 100 exponential leaves',
    source: orderStatistics,
    requests: 1e5,
    values: { meanSojourn: about(5.18738, 0.005), p50: about(4.97515, 0.005), p99: about(9.20537, 0.014) },
  },
} as const satisfies Record<string, TheoryCase>;

export const E2b = {
  chain: {
    title: 'one exponential node after another, 3 of them',
    source: 'Erlang; Brooker, Serial, Parallel, and Quorum Latencies, 2021: p99 somewhere around 8 s',
    requests: 1e5,
    values: { meanSojourn: about(3, 0.01), p99: about(8.40595, 0.018) },
  },
  threeOfFive: {
    title: 'first 3 of 5 exponential nodes',
    source: `${orderStatistics}; Brooker 2021 as above: just over 2`,
    requests: 1e5,
    values: { meanSojourn: about(0.783333, 0.01), p99: about(2.24772, 0.02) },
  },
  twoOfThree: {
    title: 'first 2 of 3 exponential nodes',
    source: orderStatistics,
    requests: 1e5,
    values: { meanSojourn: about(0.833333, 0.01), p99: about(2.831861, 0.024) },
  },
  oneOfFour: {
    title: 'first of 4 exponential nodes',
    source: orderStatistics,
    requests: 1e5,
    values: { meanSojourn: about(0.25, 0.013), p99: about(1.151293, 0.03) },
  },
} as const satisfies Record<string, TheoryCase>;

// ---- hedging --------------------------------------------------------------------------------------------------------

const hedged = 'first of two exponential times, the second of which starts later by d: the tail is e^-t up to d and e^-(2t - d) beyond';

export const E3 = {
  afterOne: { title: 'hedge after the mean', source: hedged, requests: 1e6, values: { extra: about(0.367879, 0.01), meanSojourn: about(0.81606, 0.01), p99: about(2.80259, 0.01) } },
  afterP95: {
    title: 'hedge after the 95th percentile',
    source: hedged,
    requests: 1e6,
    values: { extra: about(0.05, 0.02), meanSojourn: about(0.975, 0.01), p99: about(3.80045, 0.01), p999: about(4.95174, 0.03) },
  },
} as const satisfies Record<string, TheoryCase>;

export const E4 = {
  tied: {
    title: 'tied requests at two servers, load 0.8',
    source: 'copies that are cancelled when one begins, at all servers, make one queue of them: Ayesta, Bodas and Verloop 2018; then Erlang 1917 (Erlang C)',
    requests: 1e6,
    values: { meanSojourn: about(2.77778, 0.03) },
  },
  both: {
    title: 'hedges at once at two servers, load 0.8',
    source: 'copies that are cancelled when one ends, at all servers, make one server of the sum of their speeds: Gardner et al. 2015; then M/M/1',
    requests: 1e6,
    values: { meanSojourn: about(2.5, 0.04) },
  },
} as const satisfies Record<string, TheoryCase>;

// ---- retries --------------------------------------------------------------------------------------------------------

const truncatedGeometric = 'truncated geometric distribution: r retries fail with probability p^(r + 1)';

export const F1 = {
  tenth: {
    title: '10 % fail, 3 retries',
    source: truncatedGeometric,
    requests: 1e5,
    values: { attempts: about(1.111, 0.005), success: about(0.9999, 0.0002) },
  },
  half: {
    title: '50 % fail, 3 retries',
    source: truncatedGeometric,
    requests: 1e5,
    values: { attempts: about(1.875, 0.008), success: about(0.9375, 0.004) },
  },
  third: {
    title: '30 % fail, 2 retries',
    source: truncatedGeometric,
    requests: 1e5,
    values: { attempts: about(1.39, 0.007), success: about(0.973, 0.0022) },
  },
} as const satisfies Record<string, TheoryCase>;

/**
 * Means of 1,000 runs of aws-arch-backoff-simulator (commit 66cb169): so many clients at once read one row and write it,
 * and begin again after a wait when another one was faster. Base 5 ms, longest wait 2 s; times in milliseconds.
 */
export const F4 = {
  runs: 1000,
  rounding: 0.05,
  tolerances: { calls: 0.02, time: 0.06 },
  clients: [10, 50, 100],
  cases: [
    { strategy: 'none', calls: [51.01, 689.12, 2422.27], time: [380.5, 1139.6, 2027.4] },
    { strategy: 'exponential', calls: [51.14, 623.66, 1853.42], time: [3527.7, 36531.8, 63411.6] },
    { strategy: 'equal', calls: [42.37, 347.25, 812.48], time: [722.6, 4245.3, 6600.8] },
    { strategy: 'full', calls: [38.95, 332.48, 795.81], time: [463.2, 2877.8, 4932.2] },
    { strategy: 'decorrelated', calls: [37.57, 374.99, 1003.49], time: [435.1, 2190.5, 4604.4] },
  ],
} as const;

const tokenBalance = 'balance of tokens: deposits pay for retries, one each; Brooker, Fixing retries with token buckets and circuit breakers, 2022';

export const F5 = {
  firstTryHalf: {
    title: 'retry budget, a tenth of a token for each first try, 50 % fail',
    source: tokenBalance,
    requests: 1e6,
    values: { load: about(1.1, 0.01), success: about(0.55, 0.01) },
  },
  firstTryFifth: {
    title: 'retry budget, a tenth of a token for each first try, 20 % fail',
    source: tokenBalance,
    requests: 1e6,
    values: { load: about(1.1, 0.01), success: about(0.88, 0.01) },
  },
  successHalf: {
    title: 'retry budget, a tenth of a token for each success, 50 % fail',
    source: tokenBalance,
    requests: 1e6,
    values: { load: about(1.0526316, 0.01), success: about(0.526316, 0.01) },
  },
  successNone: {
    title: 'retry budget, a tenth of a token for each success, all fail',
    source: tokenBalance,
    requests: 1e6,
    values: { load: about(1, 0.01) },
  },
} as const satisfies Record<string, TheoryCase>;

/**
 * Means of 8 runs of retry_sim (mbrooker/simulator_example, commit bbfe394): 100 clients of 10/s for 10 s, each with five
 * tokens at the start, or with a retry circuit breaker that opens above a tenth; at most three retries otherwise.
 */
export const F5b = {
  runs: 8,
  rounding: 0.00005,
  /** Largest four standard errors: absolute of the success, as a share of the load. */
  tolerances: { success: 0.005, load: 0.01 },
  cases: [
    { strategy: 'tokens', fail: '10%', success: 0.9914, load: 1.1025 },
    { strategy: 'tokens', fail: '30%', success: 0.7992, load: 1.1389 },
    { strategy: 'tokens', fail: '50%', success: 0.5731, load: 1.1414 },
    { strategy: 'breaker', fail: '5%', success: 0.9872, load: 1.0394 },
    { strategy: 'breaker', fail: '10%', success: 0.9292, load: 1.0309 },
    // Its load, 1.0001, stands for a handful of retries: too few to compare.
    { strategy: 'breaker', fail: '50%', success: 0.5024, load: undefined },
    { strategy: 'three', fail: '50%', success: 0.9362, load: 1.8818 },
  ],
} as const;

const throttled = 'fixed point of equation 21-1 in Google, Site Reliability Engineering: K sends for each that is accepted';

/** Rates as shares of the demand. What is refused there is a small difference between large numbers, hence noisy. */
export const F6 = {
  two: { title: 'adaptive throttling, K 2, a fifth can be accepted', source: throttled, requests: 1e6, values: { rejectedHere: about(0.6, 0.03), sent: about(0.4, 0.03), refused: about(0.2, 0.03) } },
  strict: { title: 'adaptive throttling, K 1.1, a fifth can be accepted', source: throttled, requests: 1e6, values: { rejectedHere: about(0.78, 0.03), sent: about(0.22, 0.03), refused: about(0.02, 0.12) } },
  enough: { title: 'adaptive throttling, K 2, two thirds can be accepted', source: throttled, requests: 1e6, values: { rejectedHere: about(0, 0.03), sent: about(1, 0.03), refused: about(1 / 3, 0.03) } },
} as const satisfies Record<string, TheoryCase>;

const retriesAboveCapacity = 'fixed point with C accepted, D demanded and r retries: tries are refused with q, q^(r + 1) = 1 - C / D';

/** Rates as multiples of what the limit lets pass. */
export const F8 = {
  half: { title: 'half above a limit, 3 retries', source: retriesAboveCapacity, requests: 450_000, values: { tries: about(4.16382, 0.02), refused: about(0.759836, 0.02), failed: about(1 / 3, 0.02) } },
  tenth: { title: 'a tenth above a limit, 3 retries', source: retriesAboveCapacity, requests: 330_000, values: { tries: about(2.21779, 0.02) } },
} as const satisfies Record<string, TheoryCase>;

export const F7 = {
  title: 'one thread, no queue, load 0.8, the rejected come again after an exponential time of mean 1/2',
  source: 'M/M/1/1 retrial queue, Falin and Templeton, Retrial Queues, 1997',
  requests: 1e6,
  values: { utilisation: about(0.8, 0.01), meanSojourn: about(7, 0.04) },
} as const satisfies TheoryCase;

// ---- protections ------------------------------------------------------------------------------------------------------

export const G1 = {
  title: 'breaker after 5 failures in a row, each of half of the calls',
  source: 'renewal theory: a run of n failures takes (1 - p^n) / (p^n (1 - p)) calls on average',
  requests: 1e6,
  values: { rejected: about(0.903614, 0.018), success: about(0.0481928, 0.17) },
} as const satisfies TheoryCase;

export const G3 = {
  shared: { title: 'ten threads shared with a slow callee', source: erlangB, requests: 1e6, values: { rejectedQuick: about(0.557573, 0.02), rejectedSlow: about(0.557573, 0.02) } },
  bulkheads: { title: 'five permits for each callee', source: erlangB, requests: 1e6, values: { rejectedQuick: about(0.00306748, 0.12), rejectedSlow: about(0.764358, 0.02) } },
} as const satisfies Record<string, TheoryCase>;

const bucketLoss = 'the missing tokens are the work in an M/D/1 queue with as many places as the bucket has tokens';

export const G4 = {
  above: { title: 'token bucket of 10, 120 calls for 100 tokens', source: bucketLoss, requests: 1e6, values: { rejected: about(0.170911, 0.03) } },
  even: { title: 'token bucket of 20, 100 calls for 100 tokens', source: bucketLoss, requests: 1e6, values: { rejected: about(0.0252101, 0.08) } },
  far: { title: 'token bucket of 50, 150 calls for 100 tokens', source: bucketLoss, requests: 1e6, values: { rejected: about(0.333333, 0.03) } },
} as const satisfies Record<string, TheoryCase>;
