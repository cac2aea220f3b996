import type { ShippedScenario } from './store.ts';

const FILES = import.meta.glob<string>('../scenarios/*.yaml', { query: '?raw', import: 'default', eager: true });

/** The first title of a text, without reading the rest of it: the picker must not wait for a parser. */
export function titleOf(text: string): string {
  const [, title = ''] = /^title:[ \t]*(.*?)[ \t]*$/m.exec(text) ?? [];
  return title.replace(/^(["'])(.*)\1$/, '$2');
}

/** All scenarios that come with the page, in order of their file names. */
export const SCENARIOS: readonly ShippedScenario[] = Object.entries(FILES)
  .map(([path, text]) => {
    const name = path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length);
    return { name, title: titleOf(text) || name, text };
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));
