import { connectArm, connectLanguage } from './arm/arm-link.ts';
import { mountKeys } from './controls/keys.ts';
import { mountTooltip } from './controls/tooltip.ts';
import { browserClock, FrameLoop } from './frame-loop.ts';
import { readPalette } from './palette.ts';
import { openLink } from './share-link.ts';
import { computed, effect, type Readable, signal } from './signal.ts';
import { type ShippedScenario, Store } from './store.ts';
import { keepTheme, keptTheme } from './theme.ts';
import { mountAnnouncer } from './views/announcer.ts';
import { mountArmPane } from './views/arm-pane.ts';
import { mountHeader } from './views/header.ts';
import { makeHelp } from './views/help.ts';
import { mountLegend } from './views/legend.ts';
import { mountNotice } from './views/notice.ts';
import { mountNowTable } from './views/now-table.ts';
import { mountRecovery } from './views/recovery.ts';
import { mountScenarioText } from './views/scenario-text.ts';
import { Systems } from './views/systems.ts';
import { mountTimelines } from './views/timelines.ts';
import { mountTransport } from './views/transport.ts';
import { mountWarnings } from './views/warnings.ts';

/** The scenario that a newcomer meets first, if it is there. */
const FIRST_SCENARIO = 'retry-storm';

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element "${id}"`);
  return element;
}

/** A media query as a signal. */
function media(query: string): Readable<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener('change', () => matches.set(list.matches));
  return matches;
}

function mountPage(store: Store): void {
  const loop = new FrameLoop(browserClock);
  const systemIsDark = media('(prefers-color-scheme: dark)');
  const forcedColours = media('(forced-colors: active)');
  const isStill = media('(prefers-reduced-motion: reduce)');
  effect(() => {
    document.documentElement.dataset.theme = store.theme();
  });
  const palette = computed(() => {
    // All that colours depend on; they are read from the page after they have changed there.
    store.theme();
    systemIsDark();
    forcedColours();
    return readPalette(document);
  });

  const help = makeHelp(store);
  document.body.append(help.element);
  const text = byId('text') as HTMLDetailsElement;
  const editText = (): void => {
    text.open = true;
    text.querySelector('textarea')?.focus();
  };
  mountTooltip(document.body);
  mountKeys(store, { openHelp: help.open, editText });
  mountAnnouncer(byId('announcer'), store);
  mountNotice(byId('notice'), store);
  mountHeader(byId('header'), store, help.open);
  mountTransport(byId('transport'), store, loop);
  const systems = new Systems(store, palette, isStill);
  store.arms.forEach((arm, at) => mountArmPane(byId(`arm-${arm.letter.toLowerCase()}`), store, arm, systems.views[at]!, loop));
  systems.mount(loop);
  mountLegend(byId('legend'), store, systems.worth);
  mountTimelines(byId('timelines'), store, loop, palette);
  mountRecovery(byId('results'), store);
  mountNowTable(byId('now'), store, loop);
  mountWarnings(byId('warnings') as HTMLDetailsElement, store);
  mountScenarioText(text, store);
  effect(() => {
    byId('story').textContent = store.system()?.story ?? '';
    const title = store.system()?.title ?? '';
    document.title = title === '' ? 'Faultline' : `${title} – Faultline`;
  });
}

/** Opens what the address holds; with `otherwise`, that scenario when it holds nothing usable. */
async function openAddress(store: Store, otherwise?: ShippedScenario): Promise<void> {
  const isPlaceOnPage = document.getElementById(location.hash.slice(1)) !== null;
  const link = isPlaceOnPage ? { kind: 'none' as const } : await openLink(location.hash);
  if (link.kind === 'work') await store.openWork(link.work);
  if (otherwise !== undefined && store.system.peek() === null) {
    await store.openScenario(otherwise.name);
    // Once more, so that it is still said what is wrong with it.
    if (link.kind === 'work') await store.openWork(link.work);
  }
  if (link.kind === 'bad') store.complain(link.message);
}

async function start(): Promise<void> {
  const { SCENARIOS } = await import('./scenarios.ts');
  const store = new Store({ connectArm, connectLanguage, scenarios: SCENARIOS });
  store.theme.set(keptTheme() ?? 'auto');
  effect(() => keepTheme(store.theme()));
  mountPage(store);
  window.addEventListener('beforeunload', (event) => {
    // A text that was typed and never run would be lost.
    if (store.draft.peek() !== store.text.peek()) event.preventDefault();
  });
  window.addEventListener('hashchange', () => void openAddress(store));
  await openAddress(store, SCENARIOS.find(({ name }) => name === FIRST_SCENARIO) ?? SCENARIOS[0]);
}

await start();
