// Compiles the library and the command line to dist/sim, because Node 20 cannot run TypeScript. This file is plain
// JavaScript for the same reason.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process, { argv, execPath, pid, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';

const cliFolder = dirname(fileURLToPath(import.meta.url));
const sources = dirname(cliFolder);
const dist = join(dirname(sources), 'dist');
const output = join(dist, 'sim');
const stamp = join(output, 'built-at.txt');

/**
 * Builds unless every source is older than the last build.
 * @returns what the compiler complains about, undefined when there is nothing
 */
export function buildIfStale() {
  const isFresh = existsSync(stamp) && lastChangeMs(sources) < Number(readFileSync(stamp, 'utf8'));
  return isFresh ? undefined : build();
}

/**
 * Builds beside the old output and then swaps the two, so that a process started at the same moment never reads a
 * half-written file, and files whose source has gone disappear.
 */
function build() {
  const startedMs = Date.now();
  const fresh = join(dist, `.sim-${pid}`);
  const old = join(dist, `.old-${pid}`);
  mkdirSync(dist, { recursive: true });

  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const project = join(cliFolder, 'tsconfig.build.json');
  const compiled = spawnSync(execPath, [compiler, '--project', project, '--outDir', fresh], { encoding: 'utf8' });
  if (compiled.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    return `The command line could not be compiled.\n${compiled.stdout}${compiled.stderr}`;
  }
  writeFileSync(join(fresh, 'built-at.txt'), String(startedMs));

  try {
    if (existsSync(output)) renameSync(output, old);
    renameSync(fresh, output);
  } catch {
    // Another process built the same sources at the same time and was first: its output is as good.
    rmSync(fresh, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
  return undefined;
}

/** When anything below a folder last changed; a folder counts too, since a removed file changes only its folder. */
function lastChangeMs(folder) {
  let newestMs = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    newestMs = Math.max(newestMs, entry.isDirectory() ? lastChangeMs(path) : statSync(path).mtimeMs);
  }
  return newestMs;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const complaint = argv.includes('--if-stale') ? buildIfStale() : build();
  if (complaint !== undefined) {
    stderr.write(complaint);
    process.exitCode = 2;
  }
}
