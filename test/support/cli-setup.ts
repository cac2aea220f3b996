import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';

/**
 * Compiles the command line once beforehand, so that tests that start it at the same time do not each do so. When that
 * fails, the compiler has said why, and only the tests of the command line fail.
 */
export function setup(): void {
  spawnSync(execPath, ['sim/cli/build.js', '--if-stale'], { stdio: 'inherit' });
}
