#!/usr/bin/env node
// What `npx faultline` starts. In a checkout the compiled command line may be missing or older than its sources, so it
// is built first when needed. The published package has no sources and goes straight to the compiled files.
import { existsSync } from 'node:fs';

if (existsSync(new URL('./main.ts', import.meta.url))) {
  const { buildIfStale } = await import('./build.js');
  buildIfStale();
}

const { main } = await import('../../dist/sim/cli/main.js');
process.exitCode = await main(process.argv.slice(2));
