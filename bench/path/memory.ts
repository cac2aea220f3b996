/** What a run keeps, and what it throws away. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../measure.ts';
import type { Row } from '../row.ts';
import { Running } from './running.ts';
import { requestPath, SIX_LAYERS, waiting } from './scenarios.ts';

/** Short-lived bytes per request, without layers and with six. */
export interface Garbage {
  readonly bare: number;
  readonly sixLayers: number;
}

export async function memoryRows(): Promise<Row[]> {
  const { bare, sixLayers } = await garbageOfChild();
  return [
    { name: 'memory after 2,000 s, more than after 100 s', value: growthPercent(), unit: '%', limit: { atMost: 5 } },
    { name: 'memory per open call of a waiting request, all that it holds included', value: bytesPerOpenCall(), unit: 'B', limit: { atMost: 300 } },
    { name: 'short-lived memory per layer and call', value: (sixLayers - bare) / SIX_LAYERS.length, unit: 'B', limit: { atMost: 32 } },
    { name: 'short-lived memory per request without layers', value: bare, unit: 'B' },
  ];
}

function growthPercent(): number {
  const path = new Running(requestPath({ ratePerSec: 300 }), 100);
  const early = usedBytes();
  path.runUntil(1999.9);
  return 100 * (usedBytes() / early - 1);
}

function bytesPerOpenCall(): number {
  const run = new Running(waiting(10_000), 0.1);
  const bytes = usedBytes();
  const calls = run.openCalls;
  run.runUntil(10);
  return (usedBytes() - bytes) / (run.openCalls - calls);
}

/** Bytes in use after a collection: objects, and the buffers of typed arrays. */
export function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The buffers of arrays that the first one finds are given back by the second.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const PIECES = 15;

/**
 * To be measured in a process whose young generation is so large that no collection comes between two looks at the heap.
 */
export function measureGarbage(): Garbage {
  const perRequest = (layers: readonly string[]): number => {
    const run = new Running(requestPath({ layers }), 30);
    const pieces: number[] = [];
    for (let i = 0; i < PIECES; i++) {
      const requests = run.requests;
      const before = process.memoryUsage().heapUsed;
      run.runUntil(run.nowSec + 5);
      pieces.push((process.memoryUsage().heapUsed - before) / (run.requests - requests));
    }
    return median(pieces);
  };
  return { bare: perRequest([]), sixLayers: perRequest(SIX_LAYERS) };
}

async function garbageOfChild(): Promise<Garbage> {
  const child = fork(fileURLToPath(new URL('./garbage.js', import.meta.url)), [], {
    execArgv: ['--min-semi-space-size=128', '--max-semi-space-size=128'],
  });
  const [answer] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Garbage | number];
  if (typeof answer !== 'object') throw new Error('the process that measures garbage failed');
  return answer;
}
