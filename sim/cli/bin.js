#!/usr/bin/env node
// What `npx faultline` starts. In a checkout the compiled command line may be missing or older than its sources, so it
// is built first when needed. The published package has no sources and goes straight to the compiled files.
import { existsSync } from 'node:fs';
import process from 'node:process';

async function start() {
  if (existsSync(new URL('./main.ts', import.meta.url))) {
    const { buildIfStale } = await import('./build.js');
    const complaint = buildIfStale();
    if (complaint !== undefined) {
      process.stderr.write(complaint);
      return 2;
    }
  }
  const { main } = await import('../../dist/sim/cli/main.js');
  return main(process.argv.slice(2));
}

process.exitCode = await start();
