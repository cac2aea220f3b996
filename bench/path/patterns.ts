/**
 * What each pattern costs per call, beside the same path without it, and that it keeps nothing of a call that has ended. A
 * pattern that saves the call, such as a cache, costs less than nothing; one that sends twice costs a send.
 */
import { type Fields, isRequired, type Param } from '../../sim/catalogue/param.ts';
import type { AnyPatternDefinition } from '../../sim/resilience/pattern.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import { median, type Sample } from '../measure.ts';
import type { Row } from '../row.ts';
import { usedBytes } from './memory.ts';
import { Running } from './running.ts';
import { oneLayer } from './scenarios.ts';

/** Values under which a pattern does its usual work instead of rejecting or remembering everything. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'circuitBreaker/cockatiel': 'halfOpenAfter: 10s',
  // A store that forgets within the warm-up; by default it keeps a day of answers, and is meant to.
  'idempotency/idempotency': 'ttl: 100ms',
};

const WARM_UP_SEC = 5;
/** Virtual seconds in a piece. */
const PIECE_SEC = 2;
const PIECES = 9;
const KEPT_SEC = 10;
/** Stretches of which the median is taken. */
const KEPT_STRETCHES = 3;

export function patternRows(h: Sample): Row[] {
  const bare = new Running(oneLayer(undefined, 'caller'), WARM_UP_SEC);
  const measured = patterns.map((definition) => measure(h, bare, definition));
  const most = measured.reduce((a, b) => (a.kept > b.kept ? a : b));
  return [
    ...measured.map(({ name, ns, hNs }) => ({ name: `${name}, per call`, value: ns / hNs, unit: 'H', ns })),
    { name: `kept of each call that has ended, by the pattern that keeps most (${most.name})`, value: most.kept, unit: 'B', limit: { atMost: 1 } },
  ];
}

interface Measured {
  readonly name: string;
  readonly ns: number;
  /** H of the same moment. */
  readonly hNs: number;
  /** Bytes per call. */
  readonly kept: number;
}

function measure(h: Sample, bare: Running, definition: AnyPatternDefinition): Measured {
  const { family, kind } = definition;
  const name = family === kind ? kind : `${family}, ${kind}`;
  const run = new Running(oneLayer(layerText(definition), definition.side === 'server' ? 'server' : 'caller'), WARM_UP_SEC);
  const withIt = run.perRequest(PIECE_SEC);
  const without = bare.perRequest(PIECE_SEC);
  const hNs = h();
  const ns = median(Array.from({ length: PIECES }, () => withIt() - without()));
  return { name, ns, hNs, kept: keptPerRequest(run) };
}

/** What is really kept grows in every stretch; what the compiler makes, or gives back, comes only now and then. */
function keptPerRequest(run: Running): number {
  const kept = Array.from({ length: KEPT_STRETCHES }, () => {
    const requests = run.requests;
    const before = usedBytes();
    run.runUntil(run.nowSec + KEPT_SEC);
    return (usedBytes() - before) / (run.requests - requests);
  });
  return Math.max(0, median(kept));
}

/** A layer as it would be written: the kind, what it needs, and otherwise its defaults. */
function layerText({ family, kind, params }: AnyPatternDefinition): string {
  const isOneOfSeveral = patterns.filter((one) => one.family === family).length > 1;
  const parts = [isOneOfSeveral ? `kind: ${kind}` : '', requiredText(params), EXAMPLES[`${family}/${kind}`] ?? ''].filter((part) => part !== '');
  return `${family}: {${parts.join(', ')}}`;
}

function requiredText(params: Fields): string {
  const required = Object.entries(params).filter(([, param]) => isRequired(param));
  return required.map(([name, param]) => `${name}: ${exampleOf(param)}`).join(', ');
}

/** Large enough that nothing is rejected. */
function exampleOf(param: Param): string {
  if (param.kind === 'amount') return param.quantity === 'rate' ? '1000000/s' : param.quantity === 'ratio' ? '50%' : '1s';
  if (param.kind === 'number') return String(Math.min(param.max ?? Infinity, 100_000));
  if (param.kind === 'choice') return Object.keys(param.values)[0]!;
  if (param.kind === 'callSite') return 'station';
  if (param.kind === 'oneOf') return '{consecutive: {threshold: 5}}';
  throw new Error(`give an example for a parameter of kind ${param.kind}`);
}
