import { json } from './json.ts';
import type { Reporter } from './reporter.ts';
import { summary } from './summary.ts';

export const reporters = [summary, json] as const satisfies readonly Reporter[];
