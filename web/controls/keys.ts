import type { Dispose } from '../signal.ts';
import type { Store } from '../store.ts';

/** A shortcut, as the help shows it and as the page obeys it. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  readonly run: (store: Store, page: PageActions) => void;
}
/** What lies outside of the store. */
export interface PageActions {
  readonly openHelp: () => void;
  readonly editText: () => void;
}

const SPEED_STEP = 2;
/** An arrow key moves the playhead by this share of what the charts show. */
const ARROW_SHARE = 0.01;

const moveBy = (store: Store, share: number): void => {
  const { fromNs, toNs } = store.span.peek();
  store.seek(store.timeNs.peek() + (toNs - fromNs) * share);
};

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: [' '], shown: 'Space', does: 'play or pause', run: (store) => store.togglePlay() },
  { keys: [','], shown: ',', does: 'one step back', run: (store) => store.step(-1) },
  { keys: ['.'], shown: '.', does: 'one step forward', run: (store) => store.step(1) },
  { keys: ['['], shown: '[', does: 'slower', run: (store) => store.setSpeed(store.speed.peek() / SPEED_STEP) },
  { keys: [']'], shown: ']', does: 'faster', run: (store) => store.setSpeed(store.speed.peek() * SPEED_STEP) },
  { keys: ['Home'], shown: 'Home', does: 'to the beginning', run: (store) => store.seek(0) },
  { keys: ['End'], shown: 'End', does: 'to the end', run: (store) => store.seek(Number.POSITIVE_INFINITY) },
  { keys: ['ArrowLeft'], shown: '←', does: 'a little back', run: (store) => moveBy(store, -ARROW_SHARE) },
  { keys: ['ArrowRight'], shown: '→', does: 'a little forward', run: (store) => moveBy(store, ARROW_SHARE) },
  { keys: ['Shift+ArrowLeft'], shown: 'Shift ←', does: 'move the charts back', run: (store) => store.pan(-0.25) },
  { keys: ['Shift+ArrowRight'], shown: 'Shift →', does: 'move the charts forward', run: (store) => store.pan(0.25) },
  { keys: ['+', '='], shown: '+', does: 'magnify the charts', run: (store) => store.zoomBy(2) },
  { keys: ['-'], shown: '−', does: 'show more in the charts', run: (store) => store.zoomBy(0.5) },
  { keys: ['0'], shown: '0', does: 'show the whole run', run: (store) => store.zoom.set(null) },
  { keys: ['r'], shown: 'R', does: 'run again from the start', run: (store) => store.runAll() },
  { keys: ['e'], shown: 'E', does: 'edit the scenario text', run: (_, page) => page.editText() },
  { keys: ['?'], shown: '?', does: 'this help', run: (_, page) => page.openHelp() },
];

/** Obeys shortcuts anywhere on the page, except where keys mean something else. */
export function mountKeys(store: Store, page: PageActions): Dispose {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null) return;
    const name = event.shiftKey && event.key.startsWith('Arrow') ? `Shift+${event.key}` : event.key;
    const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(name.length === 1 ? name.toLowerCase() : name));
    if (shortcut === undefined || (event.key.length === 1 && event.key !== ' ' && !store.shortcuts.peek())) return;
    if (event.target instanceof Element && isTaken(event.target, event.key)) return;
    event.preventDefault();
    shortcut.run(store, page);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Does the focused control need this key itself? */
function isTaken(target: Element, key: string): boolean {
  if (target.matches('input:not([type=range], [type=radio], [type=checkbox]), textarea, select')) return true;
  if (key === ' ') return target.matches('button, summary, a, input[type=checkbox], input[type=radio]');
  if (key.startsWith('Arrow') || key === 'Home' || key === 'End') return target.matches('input[type=range], input[type=radio]');
  return false;
}
