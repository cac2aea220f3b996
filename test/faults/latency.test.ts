/**
 * Goal: latency makes messages travel longer and servers work no harder; one way is not both ways.
 * Method: laws on a small system, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  others: {kind: client, arrivals: {constant: 10/s}, calls: api}
  api: {kind: service, threads: 9, handler: [{work: 10ms}]}
`;
const latency = (more = ''): string => `{at: 1s, for: 500ms, latency: {from: users, to: api, add: 10ms${more}}}`;
const timesOf = (seen: Trial, client: string): Set<number> => new Set(sentWithin(seen, 1000, 1460).filter((request) => request.client === client).map(({ tookMs }) => tookMs));
const busyNs = ({ server }: Trial): number => server('api').instances[0]!.busyNs;

test('each message takes longer; the server does not notice, nor do those on other paths', () => {
  const law = (far: Trial): void => {
    expect(timesOf(far, 'users')).toEqual(new Set([30]));
    expect(timesOf(far, 'others')).toEqual(new Set([10]));
    // The last two requests of the run are on their way instead of at the server, or the other way round.
    expect(Math.abs(busyNs(far) - busyNs(trial(system)))).toBeLessThan(25e6);
  };
  tellsApart(system, law, latency(), [latency(', oneWay: true'), '{at: 1s, for: 500ms, slowdown: {target: api, factor: 3}}', '{at: 1s, for: 500ms, latency: {add: 10ms}}']);
});

test('one way, and which way', () => {
  const arrivals = (from: string, to: string): { readonly took: Set<number>; readonly received: number } => {
    const seen = trial(system, `{at: 1905ms, latency: {from: ${from}, to: ${to}, add: 2s, oneWay: true}}`);
    return { took: new Set(seen.requests.map(({ tookMs }) => tookMs)), received: seen.server('api').received };
  };
  const [none, there, back] = [trial(system).server('api').received, arrivals('users', 'api'), arrivals('api', 'users')];
  expect(there.received).toBe(none - 9);
  expect(back.received).toBe(none);
});

test('latencies that overlap add up, each with its own draw', () => {
  const far = trial(system, latency(), '{at: 1100ms, for: 200ms, as: more, latency: {from: users, to: api, add: 5ms}}');
  const took = (fromMs: number, toMs: number): Set<number> => new Set(sentWithin(far, fromMs, toMs).filter(({ client }) => client === 'users').map(({ tookMs }) => tookMs));
  expect(took(1000, 1060)).toEqual(new Set([30]));
  expect(took(1100, 1250)).toEqual(new Set([40]));
  expect(took(1300, 1450)).toEqual(new Set([30]));
});
