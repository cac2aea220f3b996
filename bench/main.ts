/**
 * `npm run bench`: what the simulator costs, beside its limits.
 *
 * How to read it: each line is one number with its limit, `ok` or `HIGH`, and the same as time on this machine. Almost all
 * are ratios, because seconds say nothing about another machine. Their unit is H, the CPU time of one pop and one schedule
 * of the engine's own event queue with 100 events pending; H is measured anew around each repetition, so that a busy
 * neighbour slows both. Each ratio is the median of nine repetitions after two that are not counted. With a load average
 * above the number of cores, repeat before you believe a HIGH: caches are shared, and H needs less of them than a whole
 * simulation does.
 *
 * The rows are kept in bench/results.json, so that a change can be judged beside what was before it.
 *
 *   --report        exit 0 whatever the rows say
 *   --date <text>   what to write beside them; the simulator itself knows no date
 *   --only <text>   only the groups whose name contains it (kernel, speed, memory, patterns, peers); nothing is written
 */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { heapRows, kernelRows, newYardstick } from './kernel/rows.ts';
import { median } from './measure.ts';
import { memoryRows } from './path/memory.ts';
import { patternRows } from './path/patterns.ts';
import { speedRows } from './path/speed.ts';
import { peerRows } from './peers/rows.ts';
import { formatRow, holds, type Row } from './row.ts';

const { values: options } = parseArgs({
  options: { report: { type: 'boolean', default: false }, date: { type: 'string' }, only: { type: 'string', default: '' } },
});

const machine = {
  node: process.versions.node,
  v8: process.versions.v8,
  architecture: process.arch,
  cores: os.availableParallelism(),
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  loadAverage: os.loadavg()[0]!,
};

const h = newYardstick();
const groups: readonly (readonly [name: string, rows: () => readonly Row[] | Promise<readonly Row[]>])[] = [
  ['kernel', () => kernelRows(h)],
  ['speed', () => speedRows(h)],
  ['memory', memoryRows],
  ['patterns', () => patternRows(h)],
  ['peers', peerRows],
  ['kernel, beside a heap', heapRows],
];

if (machine.loadAverage > 0.5) console.log(`The machine is busy (load average ${machine.loadAverage.toFixed(1)} on ${machine.cores} cores).`);
for (let i = 0; i < 5; i++) h();
const hNs = median(Array.from({ length: 9 }, h));
console.log(`H = ${hNs.toFixed(1)} ns\n`);

const rows: Row[] = [];
for (const [name, measure] of groups) {
  if (!name.includes(options.only)) continue;
  for (const row of await measure()) {
    rows.push(row);
    console.log(formatRow(row));
  }
}

if (options.only === '') {
  const results = { date: options.date, machine, hNs, rows };
  // From dist/bench/bench, where this runs, to the checkout's own folder.
  writeFileSync(new URL('../../../bench/results.json', import.meta.url), `${JSON.stringify(results, undefined, 2)}\n`);
}
process.exitCode = rows.every(holds) || options.report ? 0 : 1;
