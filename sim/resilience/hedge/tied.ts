import { duration } from '../../catalogue/param.ts';
import { MILLISECOND } from '../../catalogue/units.ts';
import { definePattern } from '../pattern.ts';
import { FixedDelay } from './delay.ts';
import { budgetParam, Hedge, hedgeOnParam, hedgeUnsafeParam, longestHedgedNs } from './hedge.ts';

const SOURCE = 'Dean and Barroso, The Tail at Scale, 2013';

const params = {
  delay: duration({
    about: 'How long after the first request the second one is sent. Twice the time that a message takes keeps two idle servers from both beginning.',
    default: MILLISECOND,
    source: SOURCE,
  }),
  hedgeOn: hedgeOnParam,
  budget: budgetParam,
  hedgeUnsafe: hedgeUnsafeParam,
};

export const tiedHedge = definePattern({
  family: 'hedge',
  kind: 'tied',
  title: 'Tied requests',
  about: 'Puts the same request into the lines of two instances; the one that begins it first tells the other to drop it.',
  source: SOURCE,
  useWhen: 'Requests wait in lines whose length nobody can see from outside: whichever line is shorter serves.',
  avoidWhen: 'Requests are slow in the work itself: once begun, a slow one has no rival any more. Hedge after a delay instead.',
  differs: 'The others let both attempts run and take the first answer; here the servers see to it that hardly any work is done twice. The callee must have two instances and a waiting line.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['hedged', 'hedgeWon', 'retryDenied'],
  params,
  shorthand: 'delay',
  attempts: () => 2,
  longestNs: ({ delay }, insideNs) => longestHedgedNs(2, delay, insideNs),
  create: ({ delay, ...rules }, host) =>
    new Hedge(host, { ...rules, maxAttempts: 2, delay: new FixedDelay(delay), loser: 'cancel', instance: 'another', isTied: true, honoursPushback: false }),
});
