import { button, html, setAttribute, setOptions, svg } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import { linkTo } from '../share-link.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';
import { type Theme, THEMES } from '../theme.ts';

const OWN_TEXT = '';
const LONG_LINK = 8000;
const THEME_NAMES: Readonly<Record<Theme, string>> = { auto: 'Auto', light: 'Light', dark: 'Dark' };
const MAX_DICE = 1_000_000;

/** The bar at the top: scenario, seed, run, share link, colours, help. */
export function mountHeader(element: HTMLElement, store: Store, openHelp: () => void): Dispose {
  const scenario = html('select', { id: 'scenario', 'aria-label': 'Scenario' });
  scenario.addEventListener('change', () => {
    if (scenario.value !== OWN_TEXT) void store.openScenario(scenario.value);
  });

  const seed = html('input', { id: 'seed', type: 'text', size: 9, spellcheck: 'false', autocomplete: 'off' });
  seed.addEventListener('change', () => store.setSeed(seed.value.trim()));
  const dice = button({ class: 'icon', 'aria-label': 'Another seed' }, diceIcon(), () => store.setSeed(String(Math.floor(Math.random() * MAX_DICE))));
  explain(dice, () => ({ text: 'Another seed: other users, other luck, the same system. Both runs always share it.' }));

  const run = button({ class: 'run' }, 'Run', () => (isRunning(store) ? store.stopAll() : store.runAll()));
  explain(run, () => ({ text: isRunning(store) ? 'End the simulation here; what is recorded stays.' : 'Simulate again from the start. The same seed gives the same run.' }));

  const share = button({}, 'Share', () => void shareLink(store));
  explain(share, () => ({ text: 'Copy a link that restores everything: scenario, seed, variants, switches, changes, time.' }));

  const theme = html('select', { id: 'theme', 'aria-label': 'Colours' }, ...THEMES.map((name) => html('option', { value: name }, THEME_NAMES[name])));
  theme.addEventListener('change', () => store.theme.set(theme.value as Theme));
  const help = button({ class: 'icon', 'aria-label': 'Help' }, '?', openHelp);
  explain(help, () => ({ text: 'What is what, and all keys.' }));

  element.append(
    html('h1', { class: 'brand' }, logo(), 'Faultline'),
    scenario,
    html('span', { class: 'field' }, html('label', { for: 'seed' }, 'Seed'), seed, dice),
    run,
    html('span', { class: 'spacer' }),
    html('div', { class: 'tools' }, html('a', { class: 'elsewhere', href: './reference.html' }, 'Reference'), share, theme, help),
  );

  const disposes = [
    effect(() => {
      const chosen = store.scenario();
      const own = chosen === OWN_TEXT ? [{ value: OWN_TEXT, text: store.system()?.title || 'Your own text' }] : [];
      setOptions(scenario, [...own, ...store.scenarios.map(({ name, title }) => ({ value: name, text: title }))], chosen);
    }),
    effect(() => {
      seed.value = store.seed();
      seed.placeholder = store.system()?.seed ?? '';
    }),
    effect(() => {
      run.textContent = isRunning(store) ? 'Stop' : 'Run';
      setAttribute(run, 'data-running', String(isRunning(store)));
    }),
    effect(() => {
      theme.value = store.theme();
    }),
  ];
  return () => disposes.forEach((dispose) => dispose());
}

function isRunning(store: Store): boolean {
  return store.arms.some(({ run }) => ['starting', 'running'].includes(run.phase().kind));
}

/** Copies the link; where the browser does not allow that, shows it to be copied by hand. */
async function shareLink(store: Store): Promise<void> {
  const link = await linkTo(store.work());
  history.replaceState(null, '', link);
  const { href } = location;
  const unsaid = store.draft.peek() === store.text.peek() ? '' : ' The text that you have not run yet is not part of it.';
  const long = href.length > LONG_LINK ? ` It is long (${href.length} characters): some programs may cut it off, so send the scenario text as a file instead.` : '';
  const advice = unsaid + long;
  try {
    await navigator.clipboard.writeText(href);
    store.say(`Link copied. It restores everything that you see.${advice}`);
  } catch {
    showLink(href, advice);
  }
}

function showLink(href: string, advice: string): void {
  const field = html('input', { type: 'text', readonly: true, value: href, 'aria-label': 'Link' });
  const dialog = html(
    'dialog',
    { class: 'link', 'aria-label': 'Share' },
    html('p', {}, `Copy this link; it restores everything that you see.${advice}`),
    field,
    html('form', { method: 'dialog' }, html('button', {}, 'Close')),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.select();
}

function logo(): SVGElement {
  return svg(
    'svg',
    { class: 'logo', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', { class: 'upper', d: 'M2,9 H10 L13,3 V9 H22' }),
    svg('path', { class: 'lower', d: 'M2,15 H11 V21 L14,15 H22' }),
  );
}

function diceIcon(): SVGElement {
  const pip = (cx: number, cy: number): SVGElement => svg('circle', { cx, cy, r: 1.3 });
  return svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('rect', { x: 1.5, y: 1.5, width: 13, height: 13, rx: 2.5 }), pip(5, 5), pip(11, 5), pip(8, 8), pip(5, 11), pip(11, 11));
}
