import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env, platform } from 'node:process';

/** An engine outside Node in which the simulator must give the same results. */
export type Engine = 'chromium' | 'firefox' | 'jsc';

const names: Readonly<Record<Engine, string>> = { chromium: 'Chromium', firefox: 'Firefox', jsc: 'JavaScriptCore' };

/**
 * Command line of every Chromium that the tests start. As root it starts only without its sandbox, and without the
 * others it calls servers on the internet in the background.
 */
export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Path of an engine's program, or undefined when this machine has none.
 * @throws Error when CHROMIUM_PATH is set and leads nowhere: a typing mistake must not look like a missing browser.
 */
export function findEngine(engine: Engine): string | undefined {
  switch (engine) {
    case 'chromium':
      return findChromium();
    case 'firefox':
      return firstExisting([...onPath('firefox-esr', 'firefox'), ...applications('Firefox', 'firefox')]);
    case 'jsc':
      return firstExisting(onPath('jsc'));
  }
}

/** Why the tests of a missing engine are skipped, with the one command that changes it. */
export function missingReason(engine: Engine): string {
  return `no ${names[engine]} on this machine; install it with: ${installCommand(engine)}`;
}

function installCommand(engine: Engine): string {
  if (onPath('apt-get').some(isProgram)) return 'sudo bash .ci/install-browsers';
  return engine === 'chromium' ? 'npx playwright-core install chromium' : `your package manager (${names[engine]})`;
}

function findChromium(): string | undefined {
  const wanted = env.CHROMIUM_PATH;
  if (wanted !== undefined && wanted !== '') {
    if (!isProgram(wanted)) throw new Error(`CHROMIUM_PATH is "${wanted}", which is not a program.`);
    return wanted;
  }
  return firstExisting([
    ...onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'),
    ...applications('Chromium', 'Chromium'),
    ...applications('Google Chrome', 'Google Chrome'),
    ...playwrightChromiums(),
  ]);
}

function onPath(...programs: readonly string[]): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return programs.flatMap((program) => folders.map((folder) => join(folder, program)));
}

function applications(bundle: string, program: string): string[] {
  return platform === 'darwin' ? [`/Applications/${bundle}.app/Contents/MacOS/${program}`] : [];
}

/** Every Chromium that Playwright has downloaded, newest first. */
function playwrightChromiums(): string[] {
  const cache = env.PLAYWRIGHT_BROWSERS_PATH ?? playwrightCache();
  if (!existsSync(cache)) return [];
  const revision = (folder: string): number => Number(folder.slice('chromium-'.length));
  return readdirSync(cache)
    .filter((folder) => /^chromium-\d+$/.test(folder))
    .sort((a, b) => revision(b) - revision(a))
    .flatMap((folder) => readdirSync(join(cache, folder)).map((build) => join(cache, folder, build)))
    .flatMap((build) => [
      join(build, 'chrome'),
      join(build, 'chrome.exe'),
      join(build, 'Chromium.app/Contents/MacOS/Chromium'),
      join(build, 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'),
    ]);
}

function playwrightCache(): string {
  if (platform === 'darwin') return join(homedir(), 'Library/Caches/ms-playwright');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'ms-playwright');
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright');
}

function firstExisting(paths: readonly string[]): string | undefined {
  return paths.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
