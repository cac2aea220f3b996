import { isWrite } from '../writes.ts';
import type { LintRule } from './rule.ts';

/** Patterns that make a call again, and the parameter by which they do so whatever it changes. */
const REPEATERS: ReadonlyMap<string, string> = new Map([
  ['retry', 'retryUnsafe'],
  ['hedge', 'hedgeUnsafe'],
]);

/** Source: RFC 9110, section 9.2.2; inventory of the chapters: never retry what is not idempotent without a key. */
export const retryOfUnsafeWrite: LintRule = {
  name: 'retry-of-unsafe-write',
  why: 'A write whose answer was lost may have been done: doing it again charges the customer twice, and not doing it again makes the retry useless.',
  find: (system) =>
    system.sites
      .filter(({ site }) => isWrite(system.component(site.target), site.operation) && !site.idempotent && site.idempotencyKey === 'none')
      .flatMap(({ layers }) =>
        layers
          .filter((layer) => REPEATERS.has(layer.family) && system.attempts(layer) > 1)
          .map((layer) => ({
            address: layer.address,
            what:
              // A hedge without such a parameter makes any call again.
              layer.values[REPEATERS.get(layer.family)!] !== false
                ? `${layer.address} repeats writes that must not be done twice`
                : `${layer.address} never takes effect, since the write inside must not be done twice`,
            advice: `If the write may be done twice, say so at the call: {idempotent: true}, or send a key that the callee recognises: {idempotencyKey: call}; otherwise take the ${layer.family} away.`,
          })),
      ),
};
