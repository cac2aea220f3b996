import { addExperimentOptions, type ExperimentOptions } from '../experiment-options.ts';
import { type ExperimentKind, runExperiment, seedsTo } from '../experiment-run.ts';
import type { Command } from './command.ts';

const USUAL_SEEDS = 20;
/** A share of seeds takes more of them to show. */
const USUAL_SEEDS_FOR_MOSTLY = 100;

const KIND: ExperimentKind = {
  comparing: true,
  usualSeeds: ({ document }) => {
    const isShareAsked = document.base.expectations.some(({ mostly }) => mostly);
    return seedsTo(isShareAsked ? USUAL_SEEDS_FOR_MOSTLY : USUAL_SEEDS);
  },
};

export const compare: Command = {
  addTo: (program, { terminal, signal, end }) => {
    addExperimentOptions(program.command('compare'), `${USUAL_SEEDS}, or ${USUAL_SEEDS_FOR_MOSTLY} where the scenario expects something "mostly"`)
      .summary('compare the variants of scenarios over many seeds')
      .description(
        'Runs scenarios with many seeds and compares every variant with the first one, seed by seed, on the same traffic: ' +
          'mean differences with 95 % confidence intervals. Checks what the scenarios expect, as "faultline run --seeds" does.',
      )
      .addHelpText('after', '\nExample:\n  faultline compare scenarios/retry-storm.yaml --variant unprotected,breaker --seeds 50')
      .action(async (files: readonly string[], options: ExperimentOptions) => {
        end(await runExperiment(files, options, KIND, terminal, signal));
      });
  },
};
