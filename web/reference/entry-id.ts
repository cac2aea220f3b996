import type { ReferenceEntry } from '../../sim/worker/protocol.ts';

/** What `faultline explain` takes, and the fragment of the address: `circuitBreaker/resilience4j`, or `retry`. */
export function entryId({ family, kind }: Pick<ReferenceEntry, 'family' | 'kind'>): string {
  return family === kind ? kind : `${family}/${kind}`;
}
