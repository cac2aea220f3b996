/**
 * A store of feature flags: it watches the health of dependencies by calling them, switches features off that need what
 * is ill, keeps a degradation level from 0 to 4, and does as an operator says. Services ask it now and then, see
 * `flag-view.ts`; between two answers they act on what they heard last.
 */
import { callSite, choice, count, distribution, duration, flag, list, patterns, record, text } from '../catalogue/param.ts';
import type { Sampled } from '../catalogue/param.ts';
import { MILLISECOND, SECOND } from '../catalogue/units.ts';
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import { isGood, Outcome, OUTCOMES } from '../resilience/outcome.ts';
import type { Child, Owner } from '../resilience/pattern.ts';
import type { CallRecord, Site } from '../resilience/runtime.ts';
import { defineComponent } from './component.ts';
import { FeatureState, LEVEL_MAX } from './feature-state.ts';
import { Knob } from './knob.ts';
import { serverParams, serverSettings } from './server-params.ts';
import { type Grounds, Server, type ServerSettings } from './server.ts';
import { Work } from './steps/work.ts';

export interface HealthRule {
  readonly probe: Site;
  readonly everyNs: number;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
  /** Features that are off while the dependency is ill. */
  readonly off: readonly string[];
  /** The degradation level while it is ill, at least. */
  readonly level: number;
  /** Once ill, ill until an operator says otherwise. */
  readonly untilByHand: boolean;
  /** Which results of a probe mean that the dependency is well, by outcome code. */
  readonly isWell: readonly boolean[];
}

const GOOD = OUTCOMES.map((_, code) => isGood(code));
/** Something came back, whatever it says. */
const ANSWERED = OUTCOMES.map(({ class: kind, status }, code) => isGood(code) || (status > 0 && (kind === 'failed' || kind === 'rejected') && code !== Outcome.unreachable));

interface Watch {
  readonly rule: HealthRule;
  /** Features by number. */
  readonly off: readonly number[];
  isIll: boolean;
  /** Consecutive results of one kind: positive successes, negative failures. */
  streak: number;
  probes: number;
  /** The probe under way. */
  probe: CallRecord | null;
}

/** Probes dependencies; each in a phase of its own. */
class Prober implements Owner, EventHandler {
  readonly #store: FlagStore;
  readonly #watches: readonly Watch[];
  readonly #target: number;
  readonly #slot: number;
  /** Sends no more probes. */
  stopped = false;

  constructor(store: FlagStore, watches: readonly Watch[]) {
    const { engine, address } = store;
    this.#store = store;
    this.#watches = watches;
    this.#target = targetOf(engine.kernel.register(this), 0);
    this.#slot = engine.entitySlot(`${address}/health`);
    const purpose = engine.purpose('flag-store/phase');
    watches.forEach(({ rule }, at) => {
      engine.scheduleEvent(Math.floor(engine.uniform(this.#slot, purpose + at) * rule.everyNs), this.#target, at);
    });
  }

  on(_kind: number, at: number): void {
    if (this.stopped) return;
    const { engine, instances, address } = this.#store;
    const watch = this.#watches[at]!;
    const { rule } = watch;
    engine.scheduleEvent(engine.now + rule.everyNs, this.#target, at);
    // Counted even when none can be sent, so that the n-th has the n-th luck whatever went wrong before.
    const ordinal = watch.probes++;
    if (watch.probe !== null) {
      // No answer since the last one was sent: that is one, too.
      const late = watch.probe;
      watch.probe = null;
      engine.runtime.cancelRoot(late, Outcome.cancelled);
      this.#result(watch, false);
    }
    const living = instances.find((instance) => instance.up);
    if (living === undefined) return;
    const context = engine.runtime.ownContext(living.index);
    engine.childKey(context.slot, this.#slot, at);
    engine.childKey(context.slot, context.slot, ordinal);
    engine.childKey(context.slot, context.slot, engine.word(address));
    context.flags |= rule.probe.flags;
    context.operation = rule.probe.operation;
    watch.probe = engine.runtime.root(rule.probe.first, context, at, this, Infinity);
  }

  onBackground(child: Child): void {
    const watch = this.#watches[child.tag]!;
    if (child !== watch.probe) return;
    watch.probe = null;
    // When the store itself has died, nothing has been learned.
    if (child.code !== Outcome.crashed) this.#result(watch, watch.rule.isWell[child.code]!);
  }

  #result(watch: Watch, good: boolean): void {
    const { rule } = watch;
    watch.streak = good ? Math.max(0, watch.streak) + 1 : Math.min(0, watch.streak) - 1;
    if (watch.streak === -rule.unhealthyThreshold) this.#store.changeHealth(watch, true);
    else if (watch.streak >= rule.healthyThreshold && watch.isIll && !rule.untilByHand) this.#store.changeHealth(watch, false);
  }
}

export class FlagStore extends Server {
  /** The degradation level that operators have set, the highest of them. */
  readonly levelByHand = new Knob(0, 'max', () => this.#refresh());
  /** In force, 0 to 4. */
  level = 0;
  /** By number of the feature. */
  states: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #watches: readonly Watch[];
  readonly #prober: Prober;
  /** What operators have said of features, by fault. */
  readonly #said = new Map<number, { readonly feature: number; readonly on: boolean }>();

  constructor(grounds: Grounds, address: string, settings: ServerSettings, lookup: Sampled, rules: readonly HealthRule[]) {
    super(grounds, address, settings);
    const { engine } = grounds;
    this.programs = [[new Work(lookup, 0, engine.purpose(`${address}/lookup`))]];
    this.#watches = rules.map((rule) => ({ rule, off: rule.off.map((name) => this.numberOf(name)), isIll: false, streak: 0, probes: 0, probe: null }));
    this.#prober = new Prober(this, this.#watches);
    const { recorder } = engine;
    recorder.gauge(recorder.register(address, 'level', 'gauge', 'count'), () => this.level);
    recorder.gauge(recorder.register(address, 'off', 'gauge', 'count'), () => this.states.reduce((sum, state) => sum + (state === FeatureState.off ? 1 : 0), 0));
    grounds.flagStores.set(address, this);
  }

  override stop(): void {
    this.#prober.stopped = true;
  }

  /** Features are known by number from their first mention on. */
  numberOf(feature: string): number {
    let number = this.#numbers.get(feature);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(feature, number);
      this.states.push(FeatureState.byLevel);
    }
    return number;
  }

  /** An operator switches a feature. What is off until somebody says otherwise is free of that from now on. */
  say(fault: number, feature: string, on: boolean): void {
    const number = this.numberOf(feature);
    this.#said.set(fault, { feature: number, on });
    if (on) {
      for (const watch of this.#watches) {
        if (watch.rule.untilByHand && watch.off.includes(number)) watch.isIll = false;
      }
    }
    this.#refresh();
  }

  unsay(fault: number): void {
    this.#said.delete(fault);
    this.#refresh();
  }

  changeHealth(watch: Watch, isIll: boolean): void {
    watch.isIll = isIll;
    this.engine.recorder.event(watch.rule.probe.address, 'state', isIll ? 'unhealthy' : 'healthy');
    this.#refresh();
  }

  #refresh(): void {
    this.states.fill(FeatureState.byLevel);
    this.level = this.levelByHand.value;
    for (const { rule, off, isIll } of this.#watches) {
      if (!isIll) continue;
      this.level = Math.max(this.level, rule.level);
      for (const feature of off) this.states[feature] = FeatureState.off;
    }
    for (const fault of [...this.#said.keys()].sort((a, b) => a - b)) {
      const { feature, on } = this.#said.get(fault)!;
      this.states[feature] = on ? FeatureState.on : FeatureState.off;
    }
  }
}

const ruleParam = record(
  {
    probe: callSite<Site>()({ about: 'The dependency, which is called as any caller would call it.' }),
    every: duration({ about: 'It is called once in this time; no answer by then is a failure.', default: 30 * SECOND, minExclusive: true, source: 'source chapter S3: every 30 s' }),
    unhealthyThreshold: count({ about: 'Consecutive failures until it is taken for ill.', default: 1, min: 1, unit: 'probes', source: 'source chapter S3: at the first failure' }),
    healthyThreshold: count({ about: 'Consecutive successes until it is taken for well again.', default: 1, min: 1, unit: 'probes' }),
    off: list(text({ about: 'Name of a feature.' }), { about: 'Features that are off while it is ill.', default: [] }),
    level: count({ about: 'The degradation level while it is ill, at least.', default: 0, max: LEVEL_MAX, unit: 'level', source: 'source chapter S2: levels 0 to 4' }),
    reEnable: choice(
      {
        automatic: 'As soon as it is well again.',
        byHand: 'When an operator switches one of the features on (the fault switchFeature); if nobody does, never.',
      },
      { about: 'When what is off comes back.', default: 'automatic', source: 'byHand: source chapter S3, where nothing ever switches a feature on again' },
    ),
    ignoresResult: flag({
      about: 'A mistake, to be shown: whoever answers is taken for well, also with an error. Only a probe that is not answered counts as a failure.',
      default: false,
      source: 'source chapter S3, whose checks say what they found, and nobody looks',
    }),
  },
  { about: 'A dependency and what is to be off without it.' },
);

export const flagStore = defineComponent({
  family: 'component',
  kind: 'flagStore',
  role: 'server',
  title: 'Feature flag store',
  about: 'Says which features of services are on: it switches off what needs an ill dependency, keeps a degradation level from 0 to 4, and does as operators say.',
  source: 'source chapters S2, S3 and S4 (feature flags for degradation)',
  params: {
    instances: count({ about: 'How many copies run; all know the same.', default: 1, min: 1, max: 1000, unit: 'instances' }),
    threads: count({ about: 'Threads of each instance.', default: Infinity, min: 1, unlimited: true, unit: 'threads' }),
    ...serverParams,
    lookup: distribution({ of: 'duration', about: 'Service time of a question.', default: MILLISECOND }),
    health: list(ruleParam, { about: 'Dependencies that are watched.', default: [] }),
    patterns: patterns<unknown>()({ about: 'Patterns in front of the pool, outermost first.', default: [] }),
    startup: duration({ about: 'From a restart until the instance serves again.', default: 5 * SECOND }),
  },
  outline: (values) => ({ instances: values.instances, capacity: values.threads, queueCapacity: values.queue.capacity }),
  create: (values, { grounds, name }) => {
    const server = new FlagStore(
      grounds,
      name,
      serverSettings(values, { instances: values.instances, threads: values.threads, limits: { afterNs: Infinity, stopAtDeadline: false } }),
      values.lookup,
      values.health.map((rule) => ({
        probe: rule.probe,
        everyNs: rule.every,
        unhealthyThreshold: rule.unhealthyThreshold,
        healthyThreshold: rule.healthyThreshold,
        off: rule.off,
        level: rule.level,
        untilByHand: rule.reEnable === 'byHand',
        isWell: rule.ignoresResult ? ANSWERED : GOOD,
      })),
    );
    return { role: 'server', server };
  },
});
