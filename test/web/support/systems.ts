import type { SystemDescription } from '../../../sim/worker/protocol.ts';

/** A run of 100 s in buckets of 100 ms in which nothing exists. */
export const emptySystem: SystemDescription = {
  title: 'Nothing',
  story: '',
  seed: '1',
  durationNs: 100e9,
  warmupNs: 0,
  bucketNs: 100e6,
  maxEvents: 1e9,
  components: [],
  sites: [],
  faults: [],
  network: [],
  variants: [],
};
