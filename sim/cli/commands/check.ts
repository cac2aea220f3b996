import { compile } from '../../scenario/compile.ts';
import { explainWarnings } from '../explain-warnings.ts';
import { loadFiles } from '../load-scenario.ts';
import type { Command } from './command.ts';

export const check: Command = {
  addTo: (program, { terminal }) => {
    program
      .command('check')
      .summary('check that scenario files are right, without running them')
      .description(
        'Reads scenario files, lists everything that is wrong with them, and builds every variant. Runs nothing: what a ' +
          'scenario expects is checked by "faultline run". Warns of what real systems have failed by: timeouts that do not ' +
          'fit together, calls without one, retries that multiply, pools that are too small. Warnings are no failure.',
      )
      .argument('<scenario...>', 'scenario files (YAML or JSON)')
      .action(async (files: readonly string[]) => {
        for (const { file, document, warnings } of await loadFiles(files, [])) {
          for (const { name, scenario } of document.variants) compile(scenario, { variant: name, seed: '' });
          const { base, variants } = document;
          const counts = [counted(base.components.length, 'component'), counted(variants.length, 'variant'), counted(base.expectations.length, 'expectation')];
          if (warnings.length > 0) counts.push(counted(warnings.length, 'warning'));
          terminal.out(`${file} is right: ${counts.join(', ')}\n`);
          terminal.out(explainWarnings(warnings, { file, variants: variants.length }, terminal.style).map((line) => `${line}\n`).join(''));
        }
      });
  },
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
