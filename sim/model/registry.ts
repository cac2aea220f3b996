import { client } from './client.ts';
import type { AnyComponentDefinition } from './component.ts';
import { database } from './database.ts';
import { flagStore } from './flag-store.ts';
import { service } from './service.ts';

export const components = [client, service, database, flagStore] as const satisfies readonly AnyComponentDefinition[];
