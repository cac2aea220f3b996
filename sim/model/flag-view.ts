/**
 * What the instances of a service believe of their features. An instance asks the store when it needs to know and its last
 * question is older than `pollNs`; it never waits for the answer, and acts on what it heard last. The answer is taken as it
 * stands when it comes in: on its way home it grows older by less than matters beside the time between questions.
 */
import { isGood, Outcome } from '../resilience/outcome.ts';
import type { Child, Owner } from '../resilience/pattern.ts';
import type { CallRecord, Site } from '../resilience/runtime.ts';
import type { Engine } from './engine.ts';
import { FeatureState } from './feature-state.ts';
import type { FlagStore } from './flag-store.ts';
import type { Instance } from './instance.ts';
import type { Grounds } from './server.ts';

export interface FlagViewSettings {
  readonly store: Site;
  readonly pollNs: number;
  /** An answer that is older is as good as none; Infinity: never. */
  readonly maxAgeNs: number;
  /** Whether features are on about which nothing is known. */
  readonly onWhenUnknown: boolean;
}

/** One instance's view. */
interface View {
  /** Which of its lives the view belongs to: a new one knows nothing. */
  life: number;
  askedAtNs: number;
  answeredAtNs: number;
  level: number;
  states: number[];
  questions: number;
  question: CallRecord | null;
}

export class FlagView implements Owner {
  readonly #engine: Engine;
  readonly #grounds: Grounds;
  readonly #settings: FlagViewSettings;
  readonly #slot: number;
  readonly #views: View[];

  constructor(grounds: Grounds, address: string, instances: number, settings: FlagViewSettings) {
    this.#engine = grounds.engine;
    this.#grounds = grounds;
    this.#settings = settings;
    this.#slot = grounds.engine.entitySlot(`${address}/flags`);
    this.#views = Array.from({ length: instances }, () => ({ life: 0, askedAtNs: -Infinity, answeredAtNs: -Infinity, level: 0, states: [], questions: 0, question: null }));
  }

  get store(): FlagStore {
    return this.#grounds.flagStores.get(this.#settings.store.target)!;
  }

  /**
   * @param feature its number at the store   @param offFromLevel degradation level from which on it is off
   */
  isOn(instance: Instance, feature: number, offFromLevel: number): boolean {
    const { now } = this.#engine;
    const { pollNs, maxAgeNs, onWhenUnknown } = this.#settings;
    const view = this.#views[instance.index]!;
    if (view.life !== instance.incarnation) {
      view.life = instance.incarnation;
      view.askedAtNs = -Infinity;
      view.answeredAtNs = -Infinity;
    }
    if (now - view.askedAtNs >= pollNs) this.#ask(view, instance.index);
    // An answer that never came is infinitely old, which no limit allows.
    if (now - view.answeredAtNs > maxAgeNs || view.answeredAtNs === -Infinity) return onWhenUnknown;
    const state = view.states[feature] ?? FeatureState.byLevel;
    return state === FeatureState.byLevel ? view.level < offFromLevel : state === FeatureState.on;
  }

  onBackground(child: Child): void {
    const view = this.#views[child.tag]!;
    if (child !== view.question) return;
    view.question = null;
    if (!isGood(child.code)) return;
    const { level, states } = this.store;
    view.answeredAtNs = this.#engine.now;
    view.level = level;
    for (let feature = 0; feature < states.length; feature++) view.states[feature] = states[feature]!;
  }

  #ask(view: View, instance: number): void {
    const { runtime } = this.#engine;
    const { store } = this.#settings;
    view.askedAtNs = this.#engine.now;
    if (view.question !== null) {
      // The last question is still open: its answer would say nothing new.
      const late = view.question;
      view.question = null;
      runtime.cancelRoot(late, Outcome.cancelled);
    }
    const context = runtime.ownContext(instance);
    this.#engine.childKey(context.slot, this.#slot, instance);
    this.#engine.childKey(context.slot, context.slot, view.questions++);
    context.flags |= store.flags;
    context.operation = store.operation;
    view.question = runtime.root(store.first, context, instance, this, Infinity);
  }
}
