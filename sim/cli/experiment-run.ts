import { access, constants, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { questionsOf } from '../experiment/question.ts';
import { reportOf } from '../experiment/report.ts';
import { ResultSet } from '../experiment/result-set.ts';
import type { ExperimentOptions } from './experiment-options.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import { type LoadedScenario, loadFiles, variantOf } from './load-scenario.ts';
import { BrokenRun, runInPool } from './pool.ts';
import { fileRefusal, Refusal } from './refusal.ts';
import { reporters } from './reporters/registry.ts';
import { type FileReport, replayOf, type Reporter, sentenceOf } from './reporters/reporter.ts';
import { shellCommand } from './shell-words.ts';
import { PLAIN } from './style.ts';
import type { Terminal } from './terminal.ts';

/** What sets `run` and `compare` apart. */
export interface ExperimentKind {
  /** Whether variants are compared with the first one. */
  readonly comparing: boolean;
  /** Seeds where the user has not said which. */
  readonly usualSeeds: (scenario: LoadedScenario) => readonly string[];
}

/**
 * Runs scenarios in all variants and seeds that are asked for, and reports.
 * @throws Refusal when something in the request is wrong; nothing has been run then
 */
export async function runExperiment(
  files: readonly string[],
  options: ExperimentOptions,
  kind: ExperimentKind,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const scenarios = await loadFiles(files, options.set);
  const plans = scenarios.map((scenario) => ({
    scenario,
    variants: chosenVariants(scenario, options, kind),
    seeds: chosenSeeds(scenario, options, kind),
  }));
  if (options.out !== undefined) await prepareFolder(options.out);

  const reports: FileReport[] = [];
  for (const plan of plans) {
    if (signal.aborted) break;
    reports.push(await runPlan(plan, options, kind, terminal, signal));
  }
  await show(reports, options, terminal);
  return signal.aborted ? ExitCode.interrupted : exitCodeOf(reports);
}

/** What is to be run of one file. */
interface Plan {
  readonly scenario: LoadedScenario;
  readonly variants: readonly string[];
  readonly seeds: readonly string[];
}

async function runPlan(plan: Plan, options: ExperimentOptions, { comparing }: ExperimentKind, terminal: Terminal, signal: AbortSignal): Promise<FileReport> {
  const { variants, seeds } = plan;
  const { file, text, document } = plan.scenario;
  const settings = options.set.flatMap((setting) => ['--set', setting]);
  const replay = (arms: readonly string[], seed: string) =>
    shellCommand(['npx', 'faultline', 'run', file, '--variant', arms.join(','), '--seed', seed, ...settings]);

  const results = new ResultSet(variants, seeds, questionsOf(document.base));
  // Seed by seed, so that an interruption leaves whole pairs.
  const jobs = seeds.flatMap((seed) => variants.map((variant) => ({ variant, seed })));
  const showProgress = (finished: number) => {
    if (!options.quiet) terminal.progress(`${file}: ${finished.toFixed(1)} of ${jobs.length} runs`);
  };
  try {
    await runInPool({ text, settings: options.set }, jobs, {
      threads: options.jobs,
      signal,
      onResult: (result) => results.add(result),
      onProgress: showProgress,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') throw outOfMemory(file);
    if (!(error instanceof BrokenRun)) throw error;
    const { variant, seed } = error.job;
    throw new Error(`${error.message}\nin ${file}, variant ${variant}, seed ${seed}. Repeat it with: ${replay([variant], seed)}`, { cause: error });
  } finally {
    terminal.progress('');
  }
  return { ...reportOf(document.base, results), file, comparing, replay };
}

/** A system may be asked for more than any memory holds. */
function outOfMemory(file: string): Refusal {
  return new Refusal(`a run of ${file} needs more memory than there is: requests pile up and nothing ends them, or too much begins at once; limit queues, put timeouts around calls, or send less`);
}

async function show(reports: readonly FileReport[], { reporter, out, quiet }: ExperimentOptions, terminal: Terminal): Promise<void> {
  const chosen: readonly Reporter[] = reporters.filter(({ name }) => reporter.includes(name));
  for (const { fileName, render } of chosen) {
    if (out === undefined) {
      if (!quiet) terminal.out(render(reports, terminal.style));
      continue;
    }
    const path = join(out, fileName);
    await writeFile(path, render(reports, PLAIN)).catch((error: unknown) => {
      throw fileRefusal('write', path, error);
    });
    if (!quiet) terminal.out(`${path}\n`);
  }
  const isSummaryPrinted = out === undefined && !quiet && reporter.includes('summary');
  if (!isSummaryPrinted) terminal.err(reports.flatMap(failures).join(''));
}

/** One line for each thing that went wrong, for those who do not see the summary. */
function failures(report: FileReport): string[] {
  const { file, judgements, results, replay } = report;
  return [
    ...judgements
      .filter(({ verdict }) => verdict === 'fail')
      .map((judgement) => `${file}: ${sentenceOf(judgement.expectation)} fails; replay: ${replayOf(judgement, report)}\n`),
    ...results.variants.flatMap((variant) =>
      results.runsOf(variant).flatMap(({ seed, end }) =>
        end.kind === 'completed' ? [] : [`${file}: ${variant}, seed ${seed}: ${end.message}; replay: ${replay([variant], seed)}\n`],
      ),
    ),
  ];
}

function chosenVariants(scenario: LoadedScenario, { variant }: ExperimentOptions, { comparing }: ExperimentKind): readonly string[] {
  const chosen = variant ?? scenario.document.variants.map(({ name }) => name);
  for (const name of chosen) variantOf(scenario, name);
  if (comparing && chosen.length < 2) throw new Refusal(`to compare takes two variants, and of ${scenario.file} there is only ${chosen.join()}; use "faultline run".`);
  return chosen;
}

function chosenSeeds(scenario: LoadedScenario, { seed, seeds }: ExperimentOptions, { usualSeeds }: ExperimentKind): readonly string[] {
  if (seed !== undefined) return [seed];
  return seeds === undefined ? usualSeeds(scenario) : seedsTo(seeds);
}

/** The seeds 1, 2, … as text. */
export function seedsTo(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => String(at + 1));
}

/** Before anything is run, so that a long experiment does not end with nowhere to write. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    throw fileRefusal('write', folder, error);
  }
}

/** Folder by folder. Node's own recursive way never comes back where the last one cannot be made, as below /proc. */
async function makeFolder(folder: string): Promise<void> {
  const above = dirname(folder);
  if (above !== folder && (await kindOf(above)) === 'nothing') await makeFolder(above);
  try {
    await mkdir(folder);
  } catch (error) {
    // It was there before, or another run has made it just now.
    if ((await kindOf(folder)) !== 'folder') throw error;
  }
}

async function kindOf(path: string): Promise<'nothing' | 'folder' | 'other'> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 'nothing';
  return found.isDirectory() ? 'folder' : 'other';
}
