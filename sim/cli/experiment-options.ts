import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { reporters } from './reporters/registry.ts';

/** What `run` and `compare` can be told. */
export interface ExperimentOptions {
  /** Undefined: all of the file. */
  readonly variant?: readonly string[];
  readonly seed?: string;
  readonly seeds?: number;
  /** Each `path=value`. */
  readonly set: readonly string[];
  readonly reporter: readonly string[];
  readonly out?: string;
  readonly jobs: number;
  readonly quiet: boolean;
}

const SEEDS_MAX = 100_000;
const JOBS_MAX = 256;

/** @param usualSeeds what happens without `--seed` and `--seeds`, in words */
export function addExperimentOptions(command: Command, usualSeeds: string): Command {
  const names = reporters.map(({ name }) => name);
  return command
    .argument('<scenario...>', 'scenario files (YAML or JSON)')
    .addOption(new Option('--variant <names>', 'variants to run, separated by commas; the first is the reference (default: all)').argParser(listOf()))
    .addOption(new Option('--seed <seed>', 'run with this seed, a word or a number').conflicts('seeds'))
    .addOption(new Option('--seeds <count>', `run with each of the seeds 1 to <count> (default: ${usualSeeds})`).argParser(wholeNumber(SEEDS_MAX)))
    .addOption(new Option('--set <path=value>', 'set a parameter, such as api/orders/retry.maxAttempts=5; may be repeated').argParser(collect).default([], 'none'))
    .addOption(new Option('--reporter <names>', `how to show results: ${names.join(', ')}`).argParser(listOf(names)).default(['summary'], 'summary'))
    .addOption(new Option('--out <folder>', 'write results to files in this folder instead of printing them'))
    .addOption(new Option('--jobs <count>', 'worker threads').argParser(wholeNumber(JOBS_MAX)).default(availableParallelism(), 'one for each core'))
    .addOption(new Option('--quiet', 'print nothing but what went wrong').default(false, 'off'));
}

function listOf(known?: readonly string[]): (text: string) => readonly string[] {
  return (text) => {
    const words = text.split(',').map((word) => word.trim());
    const strange = words.find((word) => word === '' || (known !== undefined && !known.includes(word)));
    if (strange === '') throw new InvalidArgumentError('A name is missing.');
    if (strange !== undefined) throw new InvalidArgumentError(`There is no "${strange}"; expected one or more of ${known!.join(', ')}.`);
    return [...new Set(words)];
  };
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > max) throw new InvalidArgumentError(`Expected a whole number from 1 to ${max}.`);
    return value;
  };
}

function collect(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^=]+=./s.test(text)) throw new InvalidArgumentError('Expected a path and a value, such as api/orders/retry.maxAttempts=5.');
  return [...before, text];
}
