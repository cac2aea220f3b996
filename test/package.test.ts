/**
 * Goal: the published package holds the command line, the library and the built page, needs only its own dependencies,
 * and runs in a folder where nothing else is.
 * Method: npm packs it, the tarball is unpacked into an empty project beside links to exactly its dependencies, and the
 * command is started there as npm would start it. No registry is asked.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as Manifest;

let project: string;
let unpacked: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'package-'));
  // The files are built already, and the build must not run twice at once.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: top, stdio: 'pipe' });
  const tarball = readdirSync(project).find((file) => file.endsWith('.tgz')) as string;
  execFileSync('tar', ['-xzf', tarball], { cwd: project });

  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  unpacked = join(modules, 'faultline');
  execFileSync('mv', [join(project, 'package'), unpacked]);
  for (const name of Object.keys(manifest.dependencies)) {
    symlinkSync(join(top, 'node_modules', name), join(modules, name));
  }
});
afterAll(() => rmSync(project, { recursive: true }));

function packedFiles(): string[] {
  return readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
}

describe('the published package', () => {
  test('it holds what it should, and nothing of how it is made', () => {
    const files = packedFiles();
    const needed = ['LICENSE', 'README.md', 'dist/sim/cli/main.js', 'dist/sim/index.js', 'dist/web/index.html'];
    expect(files).toEqual(expect.arrayContaining(needed));
    const meant = [
      /^(LICENSE|README\.md|package\.json|sim\/cli\/bin\.js)$/,
      /^dist\/web\//,
      /^dist\/sim\/.+\.(js|d\.ts)$/,
    ];
    expect(files.filter((file) => !meant.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  test('its dependencies are exactly the packages that it imports', () => {
    const imported = new Set<string>();
    for (const file of packedFiles().filter((each) => /^dist\/sim\/.*\.js$/.test(each))) {
      for (const [, specifier] of readFileSync(join(unpacked, file), 'utf8').matchAll(/\bfrom '([^'.][^']*)'/g)) {
        if (!specifier?.startsWith('node:')) imported.add(specifier as string);
      }
    }
    expect([...imported].toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  });

  test('its entries lead where they say', async () => {
    const { messages } = await publint({ pkgDir: unpacked, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test('its command runs where nothing else is', () => {
    const command = join(unpacked, manifest.bin.faultline as string);
    const { status, stdout, stderr } = spawnSync(execPath, ['--preserve-symlinks-main', command, '--help'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('faultline');
  });

  test('it can be imported', () => {
    const script = "import * as faultline from 'faultline'; process.stdout.write(Object.keys(faultline).join(' '));";
    const { status, stdout, stderr } = spawnSync(execPath, ['--input-type=module', '--eval', script], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
  });
});
