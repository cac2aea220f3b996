/**
 * Goal: an error is an answer: at once, and without work. A loss is no answer.
 * Method: laws on a small system, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 400/s}, calls: api}
  api: {kind: service, threads: 20, handler: [{work: 10ms}]}
`;
const errors = (rate: string): string => `{at: 500ms, for: 1s, errorRate: {target: api, rate: ${rate}}}`;

test('a share fails at once and costs nothing; the others notice nothing', () => {
  const law = (failing: Trial): void => {
    const { error = 0, ok = 0, ...others } = outcomesOf(sentWithin(failing, 500, 1500));
    expect(others).toEqual({});
    expect(ok + error).toBe(400);
    // Five standard deviations of a binomial draw.
    expect(Math.abs(error - 160)).toBeLessThan(5 * Math.sqrt(400 * 0.4 * 0.6));
    expect(failing.requests.every(({ outcome, tookMs }) => tookMs === (outcome === 'error' ? 0 : 10))).toBe(true);
    expect(outcomesOf([...sentWithin(failing, 0, 500), ...sentWithin(failing, 1500, 1980)])).not.toHaveProperty('error');
    expect(failing.server('api').received).toBe(failing.server('api').completed + failing.server('api').failed + failing.server('api').inFlight);
  };
  tellsApart(system, law, errors('40%'), [
    '{at: 500ms, for: 1s, loss: {from: users, to: api, rate: 40%}}',
    '{at: 500ms, for: 1s, loss: {from: users, to: api, rate: 40%, as: silence}}',
    '{at: 500ms, for: 1s, kill: {target: api}}',
    errors('20%'),
    errors('60%'),
  ]);
});

test('a higher rate keeps the victims of a lower one', () => {
  const victims = (rate: string): Set<number> => new Set(trial(system, errors(rate)).requests.filter(({ outcome }) => outcome === 'error').map(({ number }) => number));
  const [few, many] = [victims('20%'), victims('50%')];
  expect(few.size).toBeGreaterThan(40);
  expect([...few].filter((number) => !many.has(number))).toEqual([]);
  expect(many.size).toBeGreaterThan(1.5 * few.size);
});

test('the answer may be another one than an error', () => {
  const refusing = trial(system, '{at: 500ms, for: 1s, errorRate: {target: api, rate: 40%, answer: rateLimited}}');
  const { error = 0, rateLimited = 0 } = outcomesOf(sentWithin(refusing, 500, 1500));
  expect([error, rateLimited]).toEqual([0, outcomesOf(sentWithin(trial(system, errors('40%')), 500, 1500))['error']]);
});

test('two error rates hit independently', () => {
  const both = trial(system, errors('50%'), '{at: 500ms, for: 1s, as: other, errorRate: {target: api, rate: 50%}}');
  const { error = 0 } = outcomesOf(sentWithin(both, 500, 1500));
  expect(Math.abs(error - 300)).toBeLessThan(5 * Math.sqrt(400 * 0.75 * 0.25));
});
