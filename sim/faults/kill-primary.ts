import { address, flag } from '../catalogue/param.ts';
import { assert } from '../kernel/assert.ts';
import { Database } from '../model/database.ts';
import type { Instance } from '../model/instance.ts';
import { defineFault } from './fault.ts';

export const killPrimary = defineFault({
  family: 'fault',
  kind: 'killPrimary',
  title: 'Kill the primary',
  about: 'Whichever node is the primary dies; it is started again, as a replica, when the fault ends.',
  source: 'rds:failover-db-cluster of AWS FIS; killed leader of the source chapters',
  params: {
    target: address({ of: 'component', componentKinds: ['database'], about: 'The database.' }),
    silent: flag({ about: 'Callers hear nothing, as when a machine loses power; otherwise their connections are reset at once.', default: false }),
  },
  create: (values, build) => {
    const server = build.server(values.target);
    assert(server instanceof Database, 'only a database has a primary');
    let killed: Instance | undefined;
    return {
      begin() {
        killed = server.primary;
        if (killed !== undefined) server.kill(killed, { fault: build.id, silent: values.silent });
      },
      end() {
        if (killed !== undefined) server.restart(killed, build.id);
        killed = undefined;
      },
    };
  },
});
