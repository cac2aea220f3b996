/**
 * Active health checks: all that a balancer knows of its instances. Checks of an instance start every interval, whatever
 * the last one took; the process itself answers them, not its pool, so a server with a full queue can look healthy.
 * Source: Kubernetes probes and Envoy health checks (consecutive thresholds in both directions).
 */
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import type { Instance } from './instance.ts';
import type { Server } from './server.ts';

export interface HealthCheckSettings {
  readonly intervalNs: number;
  readonly timeoutNs: number;
  /** Consecutive failures until the balancer stops sending. */
  readonly unhealthyThreshold: number;
  /** Consecutive successes until it sends again. */
  readonly healthyThreshold: number;
  /** All instances at the same instants, instead of each in a phase of its own. */
  readonly aligned: boolean;
}

/** What a check costs an instance at normal speed. */
const CHECK_NS = 1_000_000;

const CHECK = 0;
const RESULT_GOOD = 1;
const RESULT_BAD = 2;

export class HealthChecks implements EventHandler {
  readonly #server: Server;
  readonly #settings: HealthCheckSettings;
  readonly #target: number;
  /** Consecutive results of one kind: positive successes, negative failures. */
  readonly #streak: Int32Array;
  readonly #startNs: Float64Array;

  constructor(server: Server, settings: HealthCheckSettings) {
    const { engine, instances } = server;
    this.#server = server;
    this.#settings = settings;
    this.#target = targetOf(engine.kernel.register(this), 0);
    this.#streak = new Int32Array(instances.length);
    this.#startNs = new Float64Array(instances.length);
    const purpose = engine.purpose('health-check/phase');
    for (const instance of instances) {
      const phase = settings.aligned ? 0 : engine.uniform(engine.entitySlot(instance.address), purpose);
      this.#startNs[instance.index] = Math.round(phase * settings.intervalNs);
      engine.scheduleEvent(this.#startNs[instance.index]!, this.#target + CHECK, instance.index);
    }
  }

  on(kind: number, index: number): void {
    const { engine } = this.#server;
    if (kind === CHECK) {
      engine.scheduleEvent(engine.now + this.#settings.intervalNs, this.#target + CHECK, index);
      this.#check(this.#server.instances[index]!);
    } else this.#result(index, kind === RESULT_GOOD);
  }

  #check(instance: Instance): void {
    const { engine } = this.#server;
    if (!instance.up) {
      // Nothing listens: the connection is refused at once.
      this.#result(instance.index, false);
      return;
    }
    const tookNs = instance.hangs ? Infinity : CHECK_NS * instance.slowdown.value;
    if (tookNs <= this.#settings.timeoutNs) engine.scheduleEvent(engine.now + tookNs, this.#target + RESULT_GOOD, instance.index);
    else engine.scheduleEvent(engine.now + this.#settings.timeoutNs, this.#target + RESULT_BAD, instance.index);
  }

  #result(index: number, good: boolean): void {
    const before = this.#streak[index]!;
    const streak = good ? Math.max(0, before) + 1 : Math.min(0, before) - 1;
    this.#streak[index] = streak;
    const { unhealthyThreshold, healthyThreshold } = this.#settings;
    if (streak <= -unhealthyThreshold) this.#server.setBelieved(index, false);
    // An instance that is being shut down has told the balancer so itself.
    else if (streak >= healthyThreshold && !this.#server.instances[index]!.draining) this.#server.setBelieved(index, true);
  }
}
