import type { AnyDisciplineDefinition } from '../discipline.ts';
import { adaptiveLifo } from './adaptive-lifo.ts';
import { codel } from './codel.ts';
import { fifo } from './fifo.ts';
import { follyCodel } from './folly-codel.ts';
import { lifo } from './lifo.ts';
import { priority } from './priority.ts';

export const disciplines = [fifo, lifo, adaptiveLifo, priority, codel, follyCodel] as const satisfies readonly AnyDisciplineDefinition[];
