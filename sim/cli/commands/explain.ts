import { existsSync } from 'node:fs';
import { describeScenario } from '../../scenario/describe-scenario.ts';
import { referenceGroups } from '../../scenario/reference.ts';
import { explainDefinition } from '../explain-definition.ts';
import { explainSystem } from '../explain-system.ts';
import { loadFiles, variantOf } from '../load-scenario.ts';
import { unknownName } from '../refusal.ts';
import type { Style } from '../style.ts';
import type { Command } from './command.ts';

export const explain: Command = {
  addTo: (program, { terminal }) => {
    program
      .command('explain')
      .summary('explain a pattern, fault, component or metric, or a scenario')
      .description(
        'Explains a word of the scenario language: what it is, when to use it, its parameters and their defaults. ' +
          'Of a scenario file it shows every parameter that is in force, defaults included.',
      )
      .argument('<name>', 'a word such as retry, circuitBreaker or p99, a kind such as circuitBreaker/resilience4j, or a scenario file')
      .option('--variant <name>', 'of a scenario: the variant to show (default: the file as it stands)')
      .addHelpText('after', '\n"faultline list" lists the words.')
      .action(async (name: string, { variant }: { readonly variant?: string }) => {
        const isFile = existsSync(name) || /[/\\].*\.|\.(ya?ml|json)$/.test(name);
        const lines = isFile ? await linesOfFile(name, variant, terminal.style) : linesOfWord(name, terminal.style);
        terminal.out(`${lines.join('\n')}\n`);
      });
  },
};

async function linesOfFile(file: string, variant: string | undefined, style: Style): Promise<string[]> {
  const [loaded] = await loadFiles([file], []);
  const scenario = variant === undefined ? loaded!.document.base : variantOf(loaded!, variant);
  return explainSystem(describeScenario(scenario), style);
}

function linesOfWord(word: string, style: Style): string[] {
  const entries = referenceGroups().flatMap((group) => group.entries);
  const wordsOf = ({ family, kind }: { readonly family: string; readonly kind: string }) => [family, kind, `${family}/${kind}`];
  const found = entries.filter((entry) => wordsOf(entry).includes(word)).map((entry) => explainDefinition(entry, style));
  if (found.length > 0) return found.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
  throw unknownName(`there is nothing called "${word}"; "faultline list" lists what there is.`, word, entries.flatMap(wordsOf));
}
