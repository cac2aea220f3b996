import { isKnownUndone } from '../../resilience/outcome.ts';
import type { LayerUse } from '../scenario.ts';
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
          .flatMap((layer) => {
            const what = whatItDoes(layer);
            const advice = `If the write may be done twice, say so at the call: {idempotent: true}, or send a key that the callee recognises: {idempotencyKey: call}; otherwise take the ${layer.family} away.`;
            return what === undefined ? [] : [{ address: layer.address, what: `${layer.address} ${what}`, advice }];
          }),
      ),
};

/** Undefined where there is nothing to say: it repeats only what has certainly not been done. */
function whatItDoes({ family, values }: LayerUse): string | undefined {
  // A hedge without such a parameter makes any call again.
  if (values[REPEATERS.get(family)!] !== false) return 'repeats writes that must not be done twice';
  const causes = (values['retryOn'] ?? []) as readonly number[];
  if (family === 'hedge' || !causes.some(isKnownUndone)) return 'never takes effect, since the write inside must not be done twice';
  if (causes.every(isKnownUndone)) return undefined;
  return 'repeats the write inside only where nothing has been done, as after a refused connection, and not after a timeout';
}
