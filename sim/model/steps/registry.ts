import type { AnyStepDefinition } from '../step.ts';
import { call } from './call.ts';
import { choose } from './choose.ts';
import { effect } from './effect.ts';
import { feature } from './feature.ts';
import { parallel } from './parallel.ts';
import { work } from './work.ts';

export const stepDefinitions = [work, call, parallel, choose, feature, effect] as const satisfies readonly AnyStepDefinition[];
