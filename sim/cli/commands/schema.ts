import { jsonSchema } from '../../scenario/json-schema.ts';
import type { Command } from './command.ts';

export const schema: Command = {
  addTo: (program, { terminal }) => {
    program
      .command('schema')
      .summary('print the JSON Schema of scenario files, for editors')
      .description('Prints the JSON Schema of scenario files. Editors complete and check YAML and JSON with it.')
      .addHelpText(
        'after',
        '\nExample:\n  faultline schema > faultline.schema.json\nand, as the first line of a scenario:\n  # yaml-language-server: $schema=faultline.schema.json',
      )
      .action(() => terminal.out(`${JSON.stringify(jsonSchema(), null, 2)}\n`));
  },
};
