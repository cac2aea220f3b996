/**
 * Goal: a scenario whose record would not fit into memory is refused before anything is built, with advice that works.
 * Method: a large system as text, refused, and accepted with the bucket that the refusal proposes.
 */
import { expect, test } from 'vitest';
import { parseScenario } from '../../sim/scenario/parse.ts';

function large(bucket: string): string {
  const services = Array.from({ length: 1000 }, (_, at) => `  s${at}: {kind: service, instances: 32, handler: [{work: 5ms}]}`);
  return ['faultline: 1', 'title: Large', 'duration: 2m', bucket, 'system:', '  c: {kind: client, arrivals: {poisson: 1/s}, calls: s0}', ...services].join('\n');
}

test('what would not fit is refused with a bucket that fits, and accepted with it', () => {
  const refused = parseScenario(large(''));
  const message = refused.ok ? '' : refused.problems.map((problem) => problem.message).join('\n');
  const advice = /write (bucket: \S+),/.exec(message)?.[1];
  expect(advice).toBe('bucket: 1s');
  expect(parseScenario(large(advice!)).ok).toBe(true);
});
