import type { AnyBalancerDefinition } from '../balancer.ts';
import { leastRequest } from './least-request.ts';
import { powerOfTwo } from './power-of-two.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { weighted } from './weighted.ts';

export const balancers = [roundRobin, random, leastRequest, powerOfTwo, weighted] as const satisfies readonly AnyBalancerDefinition[];
