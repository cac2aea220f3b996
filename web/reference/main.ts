/** The reference: everything that can be named in a scenario, made from the definitions themselves. */
import { connectLanguage } from '../arm/arm-link.ts';
import { html } from '../dom.ts';
import { keptTheme } from '../theme.ts';
import { mountContents } from './contents.ts';
import { entryElement } from './entry.ts';

const contents = document.getElementById('contents')!;
const entries = document.getElementById('entries')!;

function complain(message: string): void {
  entries.replaceChildren(html('p', { role: 'alert' }, `The definitions could not be read: ${message}`));
}

/** The address may name an entry that did not exist yet when the browser looked for it. */
function showAddressed(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  document.getElementById(id)?.scrollIntoView();
}

async function start(): Promise<void> {
  document.documentElement.dataset.theme = keptTheme() ?? 'auto';
  const groups = await connectLanguage(complain).reference();
  entries.replaceChildren(
    ...groups.map(({ name, entries: members }) =>
      html('section', { 'aria-labelledby': `group-${name}` }, html('h2', { id: `group-${name}` }, groupTitle(name)), ...members.map(entryElement)),
    ),
  );
  mountContents(contents, entries, groups);
  window.addEventListener('hashchange', showAddressed);
  showAddressed();
}

const TITLES: Readonly<Record<string, string>> = {
  backoff: 'Backoffs of a retry',
  jitter: 'Jitters of a retry',
  retryBudget: 'Budgets of a retry',
  cockatielBreaker: 'Breakers of cockatiel',
  arrivals: 'Arrivals of requests',
  discipline: 'Queue disciplines',
  step: 'Steps of a handler',
};

function groupTitle(name: string): string {
  return TITLES[name] ?? `${name[0]!.toUpperCase()}${name.slice(1)}s`;
}

await start();
