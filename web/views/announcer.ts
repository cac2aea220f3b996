import { setText } from '../dom.ts';
import { formatInstant, formatQuantity } from '../format.ts';
import { computed, type Dispose, effect } from '../signal.ts';
import type { Arm, Store } from '../store.ts';
import { stateInWords } from './arm-pane.ts';

/**
 * The one voice of the page: says to those who use a screen reader the messages, and how the runs have ended. It is silent
 * while they go on, and so is everything else: numbers that move would drown all that matters.
 */
export function mountAnnouncer(element: HTMLElement, store: Store): Dispose {
  const ended = computed(() => endings(store));
  const disposes = [effect(() => setText(element, ended())), effect(() => setText(element, store.notice()?.text ?? ''))];
  return () => disposes.forEach((dispose) => dispose());
}

/** How all runs have ended; nothing while any of them goes on. */
function endings(store: Store): string {
  const each = store.arms.map((arm) => ending(store, arm));
  if (each.includes('')) return '';
  const atNs = store.divergenceNs();
  return [...each, atNs < 0 ? 'They do not differ.' : `They part at ${formatInstant(atNs)}.`].join(' ');
}

function ending(store: Store, arm: Arm): string {
  const { kind, text } = stateInWords(store, arm);
  if (kind === 'busy') return '';
  if (text !== '') return `Run ${arm.letter}: ${text}`;
  const availability = arm.run.summary()?.metrics.find(({ name }) => name === 'availability');
  return availability === undefined ? '' : `Run ${arm.letter} has ended: availability ${formatQuantity(availability.value, availability.quantity)}.`;
}
