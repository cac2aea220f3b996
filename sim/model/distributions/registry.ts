/** All distributions. One line for each; nothing that is listed here may import this file. */
import { boundedPareto } from './bounded-pareto.ts';
import { constant } from './constant.ts';
import type { AnyDistributionDefinition } from './distribution.ts';
import { empirical } from './empirical.ts';
import { erlang } from './erlang.ts';
import { exponential } from './exponential.ts';
import { gamma } from './gamma.ts';
import { hyperexponential } from './hyperexponential.ts';
import { lognormal } from './lognormal.ts';
import { mixture } from './mixture.ts';
import { normal } from './normal.ts';
import { uniform } from './uniform.ts';
import { weibull } from './weibull.ts';

export const distributions = [
  constant,
  uniform,
  exponential,
  lognormal,
  normal,
  gamma,
  erlang,
  hyperexponential,
  boundedPareto,
  weibull,
  empirical,
  mixture,
] as const satisfies readonly AnyDistributionDefinition[];
