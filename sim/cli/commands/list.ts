import { referenceGroups } from '../../scenario/reference.ts';
import { unknownName } from '../refusal.ts';
import { reporters } from '../reporters/registry.ts';
import type { Style } from '../style.ts';
import { wrap } from '../wrap.ts';
import type { Command } from './command.ts';

interface Group {
  readonly name: string;
  readonly entries: readonly { readonly name: string; readonly about: string }[];
}

export const list: Command = {
  addTo: (program, { terminal }) => {
    program
      .command('list')
      .summary('list what a scenario can be made of')
      .description('Lists components, patterns, faults and everything else that can be named in a scenario, with metrics and reporters.')
      .argument('[group]', 'one group only, such as pattern, fault or metric')
      .action((wanted?: string) => {
        const groups = allGroups();
        const names = groups.map(({ name }) => name);
        const shown = wanted === undefined ? groups : groups.filter(({ name }) => name === wanted || `${name}s` === wanted);
        if (shown.length === 0) throw unknownName(`there is no group "${wanted}"; there are ${names.join(', ')}.`, wanted!, names);
        terminal.out(shown.map((group) => `${linesOf(group, terminal.style).join('\n')}\n`).join('\n'));
      });
  },
};

function allGroups(): readonly Group[] {
  return [
    ...referenceGroups().map(({ name, entries }) => ({
      name,
      entries: entries.map(({ family, kind, about }) => ({ name: family === name || family === kind ? kind : `${family} (${kind})`, about })),
    })),
    { name: 'reporter', entries: reporters },
  ];
}

function linesOf({ name, entries }: Group, style: Style): string[] {
  return [style.paint('strong', name), ...entries.flatMap((entry) => [`  ${entry.name}`, ...wrap(entry.about, '      ')])];
}
