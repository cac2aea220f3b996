import type { AnyDisciplineDefinition } from '../discipline.ts';
import { fifo } from './fifo.ts';
import { lifo } from './lifo.ts';
import { priority } from './priority.ts';

export const disciplines = [fifo, lifo, priority] as const satisfies readonly AnyDisciplineDefinition[];
