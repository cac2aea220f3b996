import type { ArmMessage, ArmReady, ArmRequest, ArmSummary, Problem } from '../../sim/worker/protocol.ts';
import { batch, type Readable, signal } from '../signal.ts';
import type { ArmLink, ConnectArm } from './arm-link.ts';
import { Recording } from './recording.ts';

export type RunPhase =
  | { readonly kind: 'idle' }
  /** The request has been sent and nothing has come back yet. */
  | { readonly kind: 'starting' }
  /** `endNs`: simulated so far. */
  | { readonly kind: 'running'; readonly endNs: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped' }
  /** The text cannot be run. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The worker died or could not start. */
  | { readonly kind: 'broken'; readonly message: string };

/**
 * The run of one arm, from request to record.
 *
 * Each request raises the epoch; whatever still comes from an older one is dropped. The record on show stays until the
 * new one is of use: has reached the instant that the person looks at, or is finished. So a change in mid-run does not
 * make the picture flicker.
 */
export class ArmRun {
  readonly #connect: ConnectArm;
  #link: ArmLink | null = null;
  #epoch = 0;
  /** The record that is being made; the same object as the one on show once that has been replaced. */
  #making: Recording | null = null;
  /** What came before the answer to `start`. */
  #early: ArmMessage[] = [];
  #keepUntilNs = 0;

  readonly #phase = signal<RunPhase>({ kind: 'idle' });
  readonly #recording = signal<Recording | null>(null);
  readonly #recorded = signal(0);
  readonly #summary = signal<ArmSummary | null>(null);
  readonly #validUntilNs = signal(0);

  readonly phase: Readable<RunPhase> = this.#phase;
  /** The record on show; its contents grow, see `recorded`. */
  readonly recording: Readable<Recording | null> = this.#recording;
  /** Buckets of the record on show: follow this to see it grow. */
  readonly recorded: Readable<number> = this.#recorded;
  /** Of the record on show, once its run has ended. */
  readonly summary: Readable<ArmSummary | null> = this.#summary;
  /** Up to here the record on show is what the present request gives. */
  readonly validUntilNs: Readable<number> = this.#validUntilNs;

  constructor(connect: ConnectArm) {
    this.#connect = connect;
  }

  /**
   * Runs a request from its beginning.
   * @param sameUntilNs up to here the history is known to be the one on show; 0 when everything may differ
   * @param keepUntilNs the record on show stays until the new one has come so far
   */
  start(request: ArmRequest, sameUntilNs: number, keepUntilNs: number): void {
    const epoch = ++this.#epoch;
    this.#making = null;
    this.#early = [];
    this.#keepUntilNs = keepUntilNs;
    batch(() => {
      this.#phase.set({ kind: 'starting' });
      this.#validUntilNs.update((valid) => Math.min(valid, sameUntilNs));
    });
    this.#link ??= this.#connect(
      (message) => this.#receive(message),
      (message) => this.#break(message),
    );
    void this.#ask(this.#link, request, epoch);
  }

  async #ask(link: ArmLink, request: ArmRequest, epoch: number): Promise<void> {
    try {
      const answer = await link.start(request, epoch);
      if (epoch !== this.#epoch) return;
      if (answer.ok) this.#begin(answer.ready);
      else this.#phase.set({ kind: 'refused', problems: answer.problems });
    } catch (error) {
      if (epoch === this.#epoch) this.#break(error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends the present run; what has been recorded stays. */
  stop(): void {
    this.#epoch++;
    this.#link?.stop().catch((error: unknown) => this.#break(String(error)));
    batch(() => {
      if (this.#making !== null) this.#show(this.#making);
      this.#phase.set({ kind: 'stopped' });
    });
  }

  /** Ends the worker. */
  close(): void {
    this.#epoch++;
    this.#link?.close();
    this.#link = null;
  }

  #begin(ready: ArmReady): void {
    this.#making = new Recording(ready);
    const early = this.#early;
    this.#early = [];
    batch(() => {
      this.#phase.set({ kind: 'running', endNs: 0 });
      if (this.#keepUntilNs === 0) this.#show(this.#making!);
      early.forEach((message) => this.#receive(message));
    });
  }

  #receive(message: ArmMessage): void {
    if (message.epoch !== this.#epoch) return;
    const making = this.#making;
    if (making === null) {
      this.#early.push(message);
      return;
    }
    batch(() => {
      if (message.type === 'frame') {
        making.append(message);
        this.#phase.set({ kind: 'running', endNs: making.endNs });
        if (making === this.#recording.peek() || making.endNs > this.#keepUntilNs) this.#show(making);
      } else {
        this.#show(making);
        this.#summary.set(message.summary);
        this.#phase.set({ kind: 'finished' });
      }
    });
  }

  #show(recording: Recording): void {
    if (this.#recording.peek() !== recording) this.#summary.set(null);
    this.#recording.set(recording);
    this.#recorded.set(recording.buckets);
    this.#validUntilNs.set(recording.endNs);
  }

  #break(message: string): void {
    this.close();
    this.#phase.set({ kind: 'broken', message });
  }
}
