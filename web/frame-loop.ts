/**
 * Decides what is drawn in which frame. What must move in every frame is drawn in every frame; everything else waits its
 * turn, a little in each frame, so that the page never stutters while runs are growing.
 */

type Task = () => void;

/** Time of a frame that may go into what can wait. At least one such task is done in each frame. */
const LATER_BUDGET_MS = 4;
/** After a pause (a tab in the background) the clock goes on as if only this much time had passed. */
const MAX_STEP_MS = 100;

/** Numbers and states that people are to read change at most so often while playing. */
export const READING_PACE_MS = 90;

export interface Paced {
  readonly ask: () => void;
  readonly stop: () => void;
}

export interface FrameClock {
  requestFrame(callback: (nowMs: number) => void): void;
  now(): number;
}

export const browserClock: FrameClock = {
  requestFrame: (callback) => void requestAnimationFrame(callback),
  now: () => performance.now(),
};

export class FrameLoop {
  readonly #clock: FrameClock;
  readonly #soon = new Set<Task>();
  readonly #later = new Set<Task>();
  #animation: ((wallMs: number) => void) | null = null;
  #lastMs = Number.NaN;
  #isRequested = false;

  constructor(clock: FrameClock) {
    this.#clock = clock;
  }

  /** Calls `move` in every frame with the time since the last, until it is replaced or taken away (null). */
  animate(move: ((wallMs: number) => void) | null): void {
    this.#animation = move;
    this.#lastMs = Number.NaN;
    if (move !== null) this.#request();
  }

  /** Runs a task in the next frame, once however often it is asked for. */
  soon(task: Task): void {
    this.#soon.add(task);
    this.#request();
  }

  /** Runs a task in one of the next frames, when there is time; first come, first served. */
  later(task: Task): void {
    this.#later.add(task);
    this.#request();
  }

  /**
   * A task that runs at most so often, for what nobody could read if it changed in every frame. Whoever asks for it last is
   * still served: it runs in a frame after the pause.
   */
  paced(paceMs: number, task: Task): Paced {
    let lastMs = Number.NEGATIVE_INFINITY;
    const run = (): void => {
      const now = this.#clock.now();
      if (now - lastMs < paceMs) {
        this.soon(run);
        return;
      }
      lastMs = now;
      task();
    };
    return { ask: () => this.soon(run), stop: () => this.forget(run) };
  }

  forget(task: Task): void {
    this.#soon.delete(task);
    this.#later.delete(task);
  }

  #request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    this.#clock.requestFrame((nowMs) => this.#frame(nowMs));
  }

  #frame(nowMs: number): void {
    this.#isRequested = false;
    if (this.#animation !== null) {
      const passed = Number.isNaN(this.#lastMs) ? 0 : Math.min(nowMs - this.#lastMs, MAX_STEP_MS);
      this.#lastMs = nowMs;
      this.#animation(passed);
    }
    // What a task asks for while it runs is for the next frame.
    const soon = Array.from(this.#soon);
    this.#soon.clear();
    for (const task of soon) task();
    const start = this.#clock.now();
    const later = Array.from(this.#later);
    for (const task of later) {
      this.#later.delete(task);
      task();
      if (this.#clock.now() - start > LATER_BUDGET_MS) break;
    }
    if (this.#animation !== null || this.#soon.size > 0 || this.#later.size > 0) this.#request();
  }
}
