/** A copy of the simulator and its tests, in which mistakes can be made and suites be run. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import type { Mutant, Suite } from './mutants.ts';

const PROJECT = new URL('../../', import.meta.url).pathname;
/** What the suites read; the rest of the project is not needed, nor is what its own test runs are like. */
const PARTS = ['sim', 'test', 'scenarios', 'package.json', 'tsconfig.json'];
/** A suite that takes longer hangs, or is not one for mutants. */
const LONGEST_MS = 90_000;
/** The first failure is enough. */
const RUN = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--maxWorkers=1', '--no-isolate', '--testTimeout=60000', '--reporter=json'];

/** What came of a suite. */
export interface Verdict {
  readonly passed: number;
  /** The first thing that did not hold, with the name of its test; undefined when all held. */
  readonly found: string | undefined;
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** @returns the text with the mistake in it */
export function mutated({ file, from, to }: Mutant, text: string): string {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`what the mutant replaces occurs ${times} times in ${file}: ${from}`);
  return text.replace(from, () => to);
}

export function sourceOf({ file }: Mutant): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

export class Workshop {
  readonly #folder = mkdtempSync(join(tmpdir(), 'faultline-mutants-'));

  constructor() {
    for (const part of PARTS) cpSync(join(PROJECT, part), join(this.#folder, part), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  make(mutant: Mutant): void {
    const file = join(this.#folder, mutant.file);
    writeFileSync(file, mutated(mutant, readFileSync(file, 'utf8')));
  }

  mend(mutant: Mutant): void {
    writeFileSync(join(this.#folder, mutant.file), sourceOf(mutant));
  }

  /** @returns what the compiler complains about */
  async compile(): Promise<string> {
    const { output } = await this.#run(['node_modules/typescript/bin/tsc', '-p', 'sim', '--noEmit']);
    return output;
  }

  async run({ file, tests, worlds }: Suite): Promise<Verdict> {
    const report = join(this.#folder, 'report.json');
    rmSync(report, { force: true });
    const filter = tests === undefined ? [] : ['-t', tests];
    const { output } = await this.#run(
      [...RUN, `--outputFile=${report}`, file, ...filter],
      worlds === undefined ? {} : { FUZZ_WORLDS: String(worlds) },
    );
    const { numPassedTests, testResults } = reportIn(report, output);
    const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ status }) => status === 'failed');
    const notLoaded = testResults.find(({ assertionResults }) => assertionResults.length === 0);
    if (notLoaded !== undefined) throw new Error(`${file} could not be loaded: ${notLoaded.message}`);
    return { passed: numPassedTests, found: failed === undefined ? undefined : `${failed.fullName}: ${failed.failureMessages.join('\n')}` };
  }

  #run(args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<{ readonly output: string }> {
    // What the test runner around us has set is not meant for the one inside.
    const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VITEST|TEST|DEV|PROD|SSR|MODE|BASE_URL|NODE_ENV)/.test(name)));
    const environment = { FUZZ_SEED: '42', ...inherited, FUZZ_NO_SHRINKING: '1', ...extra };
    return new Promise((resolve, reject) => {
      const options = { cwd: this.#folder, env: environment, timeout: LONGEST_MS, maxBuffer: 1e8 };
      execFile(execPath, args, options, (error, stdout, stderr) => {
        if (error?.killed === true) reject(new Error(`${args.join(' ')} did not end within ${LONGEST_MS} ms`));
        else resolve({ output: stdout + stderr });
      });
    });
  }
}

function reportIn(file: string, output: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    throw new Error(`the suite was not run: ${output}`);
  }
}
