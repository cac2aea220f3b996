import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../scenarios/', import.meta.url);

/** The texts of the scenarios that come with the simulator, with the names of their files without `.yaml`. */
export const shippedScenarios: readonly { readonly name: string; readonly text: string }[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .map((file) => ({ name: file.replace('.yaml', ''), text: readFileSync(new URL(file, folder), 'utf8') }));
