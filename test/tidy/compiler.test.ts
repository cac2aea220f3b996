/**
 * Goal: the compiler knows neither the clock, nor a page, nor Node in the deterministic part of sim, whatever the type
 * declarations of the packages bring along that sim imports.
 * Method: a file that uses them all is compiled in a temporary project with sim's own options, together with those
 * packages; each use must be refused, and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { importTable } from './import-table.ts';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const foreign = ['setTimeout', 'performance', 'window', 'document', 'process', 'console', 'fetch', 'crypto', 'require'];

test('clock, page and Node are unknown to sim', () => {
  const project = mkdtempSync(join(tmpdir(), 'compiler-'));
  try {
    const packages = ['kernel', 'scenario'].flatMap((folder) => importTable[`sim/${folder}`]?.packages ?? []);
    const paths = Object.fromEntries(packages.map((name) => [name, [join(top, 'node_modules', name)]]));
    paths.seedrandom = [join(top, 'node_modules/@types/seedrandom')];
    const imports = packages.map((name) => `import '${name}';`);
    writeFileSync(join(project, 'canary.ts'), [...imports, 'Math.abs(1);', ...foreign].join('\n'));
    const options = { extends: join(top, 'sim/tsconfig.json'), compilerOptions: { paths }, include: ['canary.ts'] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(options));

    const compiler = join(top, 'node_modules/typescript/bin/tsc');
    const flags = ['--project', project, '--noUncheckedSideEffectImports', '--tsBuildInfoFile', 'null'];
    const { stdout } = spawnSync(execPath, [compiler, ...flags], { encoding: 'utf8' });
    const refused = [...stdout.matchAll(/error TS\d+: [^']*'([^']+)'/g)].map(([, name]) => name);
    expect(refused).toEqual(foreign);
  } finally {
    rmSync(project, { recursive: true });
  }
});
