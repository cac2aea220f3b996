import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, platform, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { servePage } from './page-server.ts';

/** The built page; this file runs as dist/sim/cli/serve.js. */
const pageFolder = fileURLToPath(new URL('../../web', import.meta.url));

/** The port used when PORT is not set. */
const usualPort = 4173;

/**
 * Serves the built page, prints its address, and opens it where a person is watching.
 *
 * @returns the exit code: 0 while serving, 2 when PORT or the build is wrong
 */
export async function serve(): Promise<number> {
  const port = Number(env.PORT ?? usualPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    stderr.write(`PORT must be a whole number from 0 to 65535, got "${env.PORT}".\n`);
    return 2;
  }
  if (!existsSync(join(pageFolder, 'index.html'))) {
    stderr.write('The page has not been built. Build it with: npm run build\n');
    return 2;
  }
  const server = await servePage(pageFolder, port);
  stdout.write(`Faultline is at ${server.address}  (stop it with Ctrl+C)\n`);
  if (isInteractive()) openInBrowser(server.address);
  return 0;
}

function isInteractive(): boolean {
  const hasScreen = platform !== 'linux' || env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
  return stdout.isTTY && env.CI === undefined && hasScreen;
}

function openInBrowser(address: string): void {
  const [program, ...before] =
    platform === 'darwin' ? ['open'] : platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const opener = spawn(program, [...before, address], { stdio: 'ignore', detached: true });
  // Without such a program the printed address is enough.
  opener.on('error', () => undefined);
  opener.unref();
}

if (argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await serve();
