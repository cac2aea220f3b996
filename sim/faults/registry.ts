import type { AnyFaultDefinition } from './fault.ts';
import { degrade } from './degrade.ts';
import { errorRate } from './error-rate.ts';
import { hang } from './hang.ts';
import { kill } from './kill.ts';
import { killPrimary } from './kill-primary.ts';
import { latency } from './latency.ts';
import { loss } from './loss.ts';
import { partition } from './partition.ts';
import { slowdown } from './slowdown.ts';
import { switchFeature } from './switch-feature.ts';
import { traffic } from './traffic.ts';

export const faultDefinitions = [slowdown, hang, errorRate, kill, killPrimary, latency, loss, partition, traffic, switchFeature, degrade] as const satisfies readonly AnyFaultDefinition[];
