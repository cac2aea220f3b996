import { causes, count, duration } from '../../catalogue/param.ts';
import { definePattern } from '../pattern.ts';
import { FixedDelay } from './delay.ts';
import { budgetParam, Hedge, longestHedgedNs } from './hedge.ts';

const SOURCE = 'gRPC proposal A6 (hedgingPolicy)';

const params = {
  maxAttempts: count({ about: 'How many attempts are made at most, the first one included.', min: 2, max: 5, default: 3, source: `${SOURCE}, which has no default; more than 5 count as 5` }),
  hedgingDelay: duration({ about: 'How long after an attempt the next one is made; 0 makes all at once.', default: 0, source: SOURCE }),
  nonFatalStatusCodes: causes({
    about: 'Failures after which the next attempt is made at once. Any other failure is the result, and ends the other attempts.',
    default: [],
    source: SOURCE,
  }),
  retryThrottling: budgetParam,
};

export const grpcHedge = definePattern({
  family: 'hedge',
  kind: 'grpc',
  title: 'Hedging policy of gRPC',
  about: 'Makes the same call several times, one after each delay, and takes the first answer; a callee may ask for more time, or for no further attempt.',
  source: SOURCE,
  useWhen: 'The program to be understood uses gRPC with a hedgingPolicy in its service config.',
  avoidWhen: 'Operations must not be done twice: gRPC hedges whatever it is told to. Nor with the default delay, which makes every call several times.',
  differs: 'An outcome that is not named as non-fatal ends the call, a single failing replica included; when the callee says when to come back, the next attempt waits until then, and when it says never, there is none.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['hedged', 'hedgeWon', 'retryDenied'],
  params,
  attempts: ({ maxAttempts }) => maxAttempts,
  longestNs: ({ maxAttempts, hedgingDelay }, insideNs) => longestHedgedNs(maxAttempts, hedgingDelay, insideNs),
  create: ({ maxAttempts, hedgingDelay, nonFatalStatusCodes, retryThrottling }, host) =>
    new Hedge(host, {
      maxAttempts,
      delay: new FixedDelay(hedgingDelay),
      hedgeOn: nonFatalStatusCodes,
      loser: 'cancel',
      instance: 'any',
      budget: retryThrottling,
      hedgeUnsafe: true,
      isTied: false,
      honoursPushback: true,
    }),
});
