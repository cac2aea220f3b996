import { breakers } from './breakers.ts';
import type { Chart } from './chart.ts';
import { goodput } from './goodput.ts';
import { latency } from './latency.ts';
import { outcomes } from './outcomes.ts';
import { replicas } from './replicas.ts';
import { retries } from './retries.ts';
import { servers } from './servers.ts';

/** Every chart of the page, from top to bottom. */
export const CHARTS: readonly Chart[] = [goodput, outcomes, latency, servers, breakers, replicas, retries];
