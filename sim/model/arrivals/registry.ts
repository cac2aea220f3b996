import type { AnyArrivalsDefinition } from '../arrival.ts';
import { burst } from './burst.ts';
import { closed } from './closed.ts';
import { constant } from './constant.ts';
import { poisson } from './poisson.ts';
import { profile } from './profile.ts';

export const arrivalProcesses = [poisson, constant, profile, burst, closed] as const satisfies readonly AnyArrivalsDefinition[];
