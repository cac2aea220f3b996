import { duration, flag } from '../catalogue/param.ts';
import { SECOND } from '../catalogue/units.ts';
import type { Instance } from '../model/instance.ts';
import { type Fault, type FaultBuild, type Selection, checkSelection, defineFault, select, selectionParams, shuffled } from './fault.ts';

interface KillValues extends Selection {
  readonly every: number | undefined;
  readonly restartAfter: number | undefined;
  readonly graceful: boolean;
  readonly grace: number;
  readonly silent: boolean;
}

class Kill implements Fault {
  readonly #build: FaultBuild;
  readonly #values: KillValues;
  readonly #killed = new Set<Instance>();
  #active = false;
  #round = 0;
  /** Numbers the activations, so that the repetitions and restarts of an ended one stop. */
  #activation = 0;

  constructor(build: FaultBuild, values: KillValues) {
    this.#build = build;
    this.#values = values;
  }

  begin(): void {
    this.#active = true;
    this.#strike(++this.#activation);
  }

  end(): void {
    this.#active = false;
    for (const instance of this.#killed) instance.server.restart(instance, this.#build.id);
    this.#killed.clear();
  }

  #strike(activation: number): void {
    if (!this.#active || activation !== this.#activation) return;
    const { every } = this.#values;
    for (const instance of this.#victims()) this.#kill(instance, activation);
    if (every === undefined) return;
    const { engine } = this.#build;
    engine.scheduleControl(engine.now + every, () => this.#strike(activation));
  }

  #victims(): readonly Instance[] {
    const { count, share, instance, target, every } = this.#values;
    const wanted = count === undefined && share === undefined && instance === undefined ? { ...this.#values, count: 1 } : this.#values;
    if (every === undefined) return select(this.#build, wanted);
    const living = this.#build.server(target).instances.filter((one) => one.up);
    return shuffled(this.#build, living, this.#round++).slice(0, select(this.#build, wanted).length);
  }

  #kill(instance: Instance, activation: number): void {
    const { graceful, grace, silent, restartAfter } = this.#values;
    const { engine, id } = this.#build;
    const { server } = instance;
    const death = { fault: id, silent };
    this.#killed.add(instance);
    if (graceful) server.drain(instance, death, grace);
    else server.kill(instance, death);
    if (restartAfter === undefined) return;
    engine.scheduleControl(engine.now + restartAfter, () => {
      if (activation === this.#activation && this.#killed.delete(instance)) server.restart(instance, id);
    });
  }
}

export const kill = defineFault({
  family: 'fault',
  kind: 'kill',
  title: 'Kill',
  about: 'Instances die and lose what they held; they are started again when the fault ends.',
  source: 'Chaos Monkey; pod-kill of Chaos Mesh, pod-delete of Litmus',
  params: {
    ...selectionParams,
    every: duration({ about: 'Strikes again after each such time, at instances that are alive. Left out: once.', optional: true, minExclusive: true }),
    restartAfter: duration({ about: 'A killed instance is started again after this time. Left out: when the fault ends.', optional: true }),
    graceful: flag({ about: 'Takes no new requests and finishes what it has before it dies.', default: false }),
    grace: duration({ about: 'How long a graceful end may take.', default: 30 * SECOND, source: 'Kubernetes terminationGracePeriodSeconds 30' }),
    silent: flag({ about: 'Callers hear nothing, as when a machine loses power; otherwise their connections are reset at once.', default: false }),
  },
  check: checkSelection,
  create: (values, build) => new Kill(build, values),
});
