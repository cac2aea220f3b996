import type { FaultDescription } from '../sim/worker/protocol.ts';

/** What a fault does and to whom: `Slow down: orders`. */
export function faultName({ title, targets }: FaultDescription): string {
  return targets.length === 0 ? title : `${title}: ${targets.join(', ')}`;
}
