/** One thread of the pool: reads the scenario once, then runs what it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { questionsOf } from '../experiment/question.ts';
import { resultOf } from '../experiment/run.ts';
import { compile } from '../scenario/compile.ts';
import { loadText } from './load-scenario.ts';
import type { Job, PoolMessage, PoolTask } from './pool.ts';

/** Events between two reports of progress: some tens of milliseconds. */
const EVENTS_PER_STEP = 100_000;

const port = parentPort;
const { text, settings } = workerData as PoolTask;
const loaded = loadText(text, settings);
if (port === null || !loaded.ok) throw new Error('this file runs as a worker thread, on a scenario that has been found right');
const { base, variants } = loaded.document;
const questions = questionsOf(base);

function post(message: PoolMessage): void {
  port?.postMessage(message, []);
}

function run({ variant, seed }: Job): void {
  const { scenario } = variants.find(({ name }) => name === variant)!;
  const simulation = compile(scenario, { variant, seed });
  while (!simulation.run(Infinity, EVENTS_PER_STEP)) post({ type: 'progress', share: simulation.now / scenario.durationNs });
  post({ type: 'result', result: resultOf(simulation.record(), questions) });
}

port.on('message', (jobs: readonly Job[]) => {
  for (const job of jobs) {
    try {
      run(job);
    } catch (error) {
      post({ type: 'broken', job, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  post({ type: 'idle' });
});
post({ type: 'idle' });
