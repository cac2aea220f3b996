/**
 * The network from one component to another: how long a message travels in each direction and whether it arrives.
 * Delays are drawn under the key of the send, so that a pattern switched on elsewhere changes no packet's luck.
 */
import { Knob } from './knob.ts';
import type { Engine } from './engine.ts';
import type { Sampled } from '../catalogue/param.ts';
import { ConstantSampler } from '../kernel/samplers.ts';

/** What a lost message means to its sender. */
export type LossModel = 'retransmission' | 'silence';

export interface LinkSettings {
  readonly latency: Sampled;
  /** Share of messages lost, 0..1. */
  readonly loss: number;
  readonly lossModel: LossModel;
  /** First retransmission timeout of TCP in nanoseconds; doubles with each further loss. */
  readonly retransmitAfterNs: number;
}

/** Attempts after which a retransmitting sender would have given up anyway: 200 ms · 2^15 is almost two hours. */
const RETRANSMISSIONS_MAX = 15;

export interface AddedDelay {
  readonly fault: number;
  readonly delay: Sampled;
  readonly purpose: number;
}

/** One direction of a link. */
export class Path {
  /** Delays that faults add, each drawn for itself. */
  readonly added: AddedDelay[] = [];
  readonly loss: Knob;
  /** Losses that are silent whatever the model: a lossy fault that drops whole messages. */
  readonly drop = new Knob(0, 'share', () => this.#look());
  readonly cut = new Knob(0, 'any', () => this.#look());
  /** Nothing is lost, and no fault adds a delay: as nearly always. */
  #isSound: boolean;
  readonly #engine: Engine;
  readonly #settings: LinkSettings;
  readonly #latencyPurpose: number;
  readonly #lossPurpose: number;
  readonly #dropPurpose: number;
  readonly #constantNs: number;

  constructor(engine: Engine, settings: LinkSettings, direction: 'request' | 'response') {
    this.#engine = engine;
    this.#settings = settings;
    this.loss = new Knob(settings.loss, 'share', () => this.#look());
    this.#isSound = settings.loss === 0;
    this.#latencyPurpose = engine.purpose(`network/${direction}/latency`);
    this.#lossPurpose = engine.purpose(`network/${direction}/loss`);
    this.#dropPurpose = engine.purpose(`network/${direction}/drop`);
    this.#constantNs = settings.latency instanceof ConstantSampler ? settings.latency.mean : -1;
  }

  /** Nanoseconds that the message of key `slot` travels; Infinity when it never arrives. */
  delay(slot: number): number {
    return this.#isSound ? this.#latency(slot) : this.#troubledDelay(slot);
  }

  /** Adds the delay of a fault. */
  slow(extra: AddedDelay): void {
    this.added.push(extra);
    this.#look();
  }

  /** The fault is over. */
  unslow(fault: number): void {
    const at = this.added.findIndex((one) => one.fault === fault);
    if (at >= 0) this.added.splice(at, 1);
    this.#look();
  }

  #look(): void {
    this.#isSound = this.cut.value === 0 && this.drop.value === 0 && this.loss.value === 0 && this.added.length === 0;
  }

  #latency(slot: number): number {
    return this.#constantNs >= 0 ? this.#constantNs : this.#settings.latency.sample(this.#engine.keys, slot, this.#latencyPurpose);
  }

  #troubledDelay(slot: number): number {
    const engine = this.#engine;
    if (this.cut.value !== 0) return Infinity;
    if (this.drop.value > 0 && engine.uniform(slot, this.#dropPurpose) < this.drop.value) return Infinity;
    let delay = this.#latency(slot);
    for (const extra of this.added) delay += extra.delay.sample(engine.keys, slot, extra.purpose);
    const loss = this.loss.value;
    if (loss > 0) {
      let timeout = this.#settings.retransmitAfterNs;
      for (let n = 0; engine.uniform(slot, this.#lossPurpose + n) < loss; n++) {
        if (this.#settings.lossModel === 'silence' || n === RETRANSMISSIONS_MAX) return Infinity;
        delay += timeout;
        timeout *= 2;
      }
    }
    return delay;
  }
}

export class Link {
  readonly from: string;
  readonly to: string;
  readonly request: Path;
  readonly response: Path;

  constructor(engine: Engine, from: string, to: string, settings: LinkSettings) {
    this.from = from;
    this.to = to;
    this.request = new Path(engine, settings, 'request');
    this.response = new Path(engine, settings, 'response');
  }
}
