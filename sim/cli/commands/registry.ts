import { check } from './check.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { run } from './run.ts';

export const commands = [run, compare, check] as const satisfies readonly Command[];
