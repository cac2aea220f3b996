import { Worker } from 'node:worker_threads';
import type { RunResult } from '../experiment/run.ts';

/** What all jobs of a pool have in common; each worker reads the scenario once. */
export interface PoolTask {
  readonly text: string;
  /** As given to `--set`. */
  readonly settings: readonly string[];
}

/** One run. */
export interface Job {
  readonly variant: string;
  readonly seed: string;
}

/** What a worker says. */
export type PoolMessage =
  | { readonly type: 'result'; readonly result: RunResult }
  /** Share of the run that is going on, 0..1. */
  | { readonly type: 'progress'; readonly share: number }
  /** A run threw: our mistake, never the user's. */
  | { readonly type: 'broken'; readonly job: Job; readonly message: string }
  | { readonly type: 'idle' };

/** A run during which the simulator threw. */
export class BrokenRun extends Error {
  override readonly name = 'BrokenRun';
  readonly job: Job;

  constructor(job: Job, message: string) {
    super(message);
    this.job = job;
  }
}

/** How a pool runs its jobs, and whom it tells. */
export interface PoolOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onResult: (result: RunResult) => void;
  /** Runs finished, those under way counted by their share. */
  readonly onProgress: (finished: number) => void;
}

/** Batches keep the cost of messages small; several for each worker keep all of them busy to the end. */
const BATCHES_PER_WORKER = 4;
const BATCH_MAX = 16;

/**
 * Runs jobs in worker threads. Results come in any order. After the signal nothing more comes, and it returns.
 * @throws BrokenRun when a run threw; other runs are then given up
 */
export async function runInPool(task: PoolTask, jobs: readonly Job[], options: PoolOptions): Promise<void> {
  if (options.signal.aborted) return;
  const threads = Math.min(options.threads, jobs.length);
  const batchSize = Math.max(1, Math.min(BATCH_MAX, Math.floor(jobs.length / (threads * BATCHES_PER_WORKER))));
  const shares = Array.from({ length: threads }, () => 0);
  let taken = 0;
  let finished = 0;

  const serve = (worker: Worker, number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveBatch = () => {
        const batch = jobs.slice(taken, taken + batchSize);
        taken += batch.length;
        if (batch.length === 0) resolve();
        else worker.postMessage(batch, []);
      };
      worker.on('error', reject);
      options.signal.addEventListener('abort', () => resolve());
      worker.on('message', (message: PoolMessage) => {
        if (options.signal.aborted) return;
        switch (message.type) {
          case 'idle':
            return giveBatch();
          case 'broken':
            return reject(new BrokenRun(message.job, message.message));
          case 'progress':
            shares[number] = message.share;
            break;
          case 'result':
            shares[number] = 0;
            finished++;
            options.onResult(message.result);
            break;
        }
        options.onProgress(finished + shares.reduce((sum, share) => sum + share, 0));
      });
    });

  const workers = Array.from({ length: threads }, () => new Worker(new URL('./pool-worker.js', import.meta.url), { workerData: task }));
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
