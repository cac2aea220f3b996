import { addExperimentOptions, type ExperimentOptions } from '../experiment-options.ts';
import { type ExperimentKind, runExperiment } from '../experiment-run.ts';
import type { Command } from './command.ts';

const KIND: ExperimentKind = { comparing: false, usualSeeds: ({ document }) => [document.base.seed] };

export const run: Command = {
  addTo: (program, { terminal, signal, end }) => {
    addExperimentOptions(program.command('run'), "the scenario's own seed alone")
      .summary('run scenarios and check what they expect')
      .description(
        'Runs scenarios, each in all its variants on the same traffic, and checks what they expect.\n\n' +
          'With one seed an expectation is checked for that seed. With --seeds it holds when it does with every one of them; ' +
          'one that says "mostly" holds when the share of seeds has a 95 % lower bound above 90 %, for which at least 35 are needed. ' +
          'What cannot be judged, for too few seeds or because a variant was not run, is shown as open and fails nothing.',
      )
      .addHelpText('after', '\nExamples:\n  faultline run scenarios/retry-storm.yaml\n  faultline run scenarios/*.yaml --seeds 20 --reporter json --out results')
      .action(async (files: readonly string[], options: ExperimentOptions) => {
        end(await runExperiment(files, options, KIND, terminal, signal));
      });
  },
};
