import { execFileSync, spawnSync } from 'node:child_process';
import { env, execPath, stderr } from 'node:process';
import { findEngine, type Engine } from './browser.ts';

const engines: readonly Engine[] = ['chromium', 'firefox', 'jsc'];

/**
 * What the tests of the built page need: the build and, in CI, the browsers. A browser that is still missing afterwards
 * is no error here; its tests are skipped with a reason.
 */
export function setup(): void {
  if (env.CI === 'true' && engines.some((engine) => findEngine(engine) === undefined)) {
    const installed = spawnSync('bash', ['.ci/install-browsers'], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (installed.status !== 0) stderr.write('Not every browser could be installed.\n');
  }
  // The test runner's own NODE_ENV would otherwise end up in the page.
  const { NODE_ENV: _, ...environment } = env;
  execFileSync(execPath, ['sim/cli/build.js'], { env: environment, stdio: 'inherit' });
  execFileSync(execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
    env: environment,
    stdio: 'inherit',
  });
}
