/** The reference: everything that can be named in a scenario, made from the definitions themselves. */
import { connectLanguage } from '../arm/arm-link.ts';
import { html } from '../dom.ts';
import { THEME_KEY, THEMES } from '../work.ts';
import { mountContents } from './contents.ts';
import { entryElement } from './entry.ts';

const contents = document.getElementById('contents')!;
const entries = document.getElementById('entries')!;

/** Follows the choice of colours in the simulator, where the browser lets a page keep anything. */
function keepTheme(): void {
  try {
    const kept = localStorage.getItem(THEME_KEY);
    if (THEMES.some((theme) => theme === kept)) document.documentElement.dataset.theme = kept!;
  } catch {
    // Without storage the page follows the system.
  }
}

function complain(message: string): void {
  entries.replaceChildren(html('p', { role: 'alert' }, `The definitions could not be read: ${message}`));
}

/** The address may name an entry that did not exist yet when the browser looked for it. */
function showAddressed(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  document.getElementById(id)?.scrollIntoView();
}

async function start(): Promise<void> {
  keepTheme();
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
