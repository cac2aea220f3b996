import { formatDuration } from '../../catalogue/units.ts';
import { type Need, rounded } from './need.ts';
import type { Finding, LintRule } from './rule.ts';

/** A timeout has to leave this much more than what is inside may need. */
const BUFFER = 0.1;

/** Source: the hierarchy of timeouts in chapter Reliability & Resilience: parent above the sum of its children, with a buffer. */
export const timeoutBelowChildren: LintRule = {
  name: 'timeout-below-children',
  why: 'The caller gives up while the answer is still being worked for: the last attempts inside are work for nobody, and whoever tries again adds to it.',
  find: (system) =>
    system.sites.flatMap((placed) => {
      const { site, component, layers } = placed;
      const own = layers.filter((layer) => site.patterns.includes(layer));
      const ofLayers = own.flatMap((layer, at) => complain(layer.address, 'gives up', system.limitNs(layer), system.needInside(own.slice(at + 1), placed)));
      const patienceNs = component.values['calls'] === site ? placed.limitNs : Infinity;
      return [...complain(component.name, 'loses patience', patienceNs, system.needInside(own, placed)), ...ofLayers];
    }),
};

function complain(address: string, givesUp: string, limitNs: number, need: Need): readonly Finding[] {
  const enoughNs = need.ns * (1 + BUFFER);
  if (limitNs === Infinity || need.ns === Infinity || limitNs >= enoughNs) return [];
  const sum = need.text === rounded(need.ns) ? '' : ` (${need.text})`;
  return [
    {
      address,
      what: `${address} ${givesUp} after ${formatDuration(limitNs)}, but what is inside may need ${rounded(need.ns)}${sum}`,
      advice: `Allow at least ${rounded(roundUp(enoughNs))}, or make what is inside shorter: fewer attempts, shorter timeouts.`,
    },
  ];
}

/** To two significant digits. */
function roundUp(ns: number): number {
  let unit = 1;
  while (ns >= 100 * unit) unit *= 10;
  return Math.ceil(ns / unit) * unit;
}
