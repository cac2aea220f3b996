import { check } from './check.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { explain } from './explain.ts';
import { list } from './list.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';

export const commands = [run, compare, check, explain, list, schema] as const satisfies readonly Command[];
