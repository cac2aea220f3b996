/** The program of an arm's worker: compiles one scenario and runs it ahead of the page's playhead, posting frames. */
import { expose } from 'comlink';
import { compile, type Simulation } from '../scenario/compile.ts';
import { metricValues } from '../telemetry/metrics/registry.ts';
import type { ArmDone, ArmRequest, ArmStart, ArmWorker, Frame } from './protocol.ts';
import { scenarioOf } from './request.ts';

/** Events between two looks at the messages that have come in: some ten milliseconds. */
const EVENTS_PER_STEP = 50_000;

/** The run of one request. A newer one makes it stop at its next step. */
class Run {
  readonly #simulation: Simulation;
  readonly #epoch: number;
  #posted = 0;
  stopped = false;

  constructor(simulation: Simulation, epoch: number) {
    this.#simulation = simulation;
    this.#epoch = epoch;
  }

  async runAhead(): Promise<void> {
    while (!this.stopped) {
      const ended = this.#simulation.run(Infinity, EVENTS_PER_STEP);
      this.#post();
      if (ended) {
        this.#finish();
        return;
      }
      await othersTurn();
    }
  }

  /** Everything recorded since the last frame. */
  #post(): void {
    const { firstBucket, buckets, rows, bucketDigests, events } = this.#simulation.framesFrom(this.#posted);
    if (buckets === 0) return;
    this.#posted += buckets;
    const frame: Frame = { type: 'frame', epoch: this.#epoch, firstBucket, buckets, rows, bucketDigests, events };
    postMessage(frame, [rows.buffer, bucketDigests.buffer]);
  }

  #finish(): void {
    const record = this.#simulation.record();
    const { dispatch, request } = record.fingerprints;
    const done: ArmDone = {
      type: 'done',
      epoch: this.#epoch,
      summary: { end: record.end, dispatchFingerprint: dispatch, requestFingerprint: request, metrics: metricValues(record) },
    };
    postMessage(done);
  }
}

/** Lets messages be heard. A message to oneself, because timers in workers are held back by browsers to 4 ms. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}

/** What the page talks to: it has at most one run. */
class Arm implements ArmWorker {
  #current: Run | undefined;

  start(request: ArmRequest, epoch: number): Promise<ArmStart> {
    if (this.#current !== undefined) this.#current.stopped = true;
    this.#current = undefined;
    const parsed = scenarioOf(request);
    if (!parsed.ok) return Promise.resolve({ ok: false, problems: parsed.problems });
    const simulation = compile(parsed.scenario, { variant: request.variant, seed: request.seed, interventions: request.interventions });
    const run = new Run(simulation, epoch);
    this.#current = run;
    // The answer goes out before the first frame.
    void othersTurn().then(() => run.runAhead());
    const { recorder } = simulation.engine;
    return Promise.resolve({ ok: true, ready: { system: simulation.system, series: recorder.series, buckets: recorder.bucketsMax } });
  }

  stop(): Promise<void> {
    if (this.#current !== undefined) this.#current.stopped = true;
    return Promise.resolve();
  }
}

expose(new Arm());
