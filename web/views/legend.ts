import { button, html, setText, svg } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import { formatInstant, groupDigits } from '../format.ts';
import { type Dispose, effect, type Readable } from '../signal.ts';
import type { Store } from '../store.ts';
import type { ChangeAt } from '../work.ts';

const CHANGE_AT: readonly (readonly [ChangeAt, string])[] = [
  ['start', 'from the start'],
  ['playhead', 'at the playhead'],
];

/** What the dots mean and are worth, and from when on switches work. */
export function mountLegend(element: HTMLElement, store: Store, worth: Readable<number>): Dispose {
  const stated = html('strong', {});
  const radios = CHANGE_AT.map(([value, text]) => {
    const radio = html('input', { type: 'radio', name: 'change-at', value });
    radio.addEventListener('change', () => store.changeAt.set(value));
    return { value, radio, label: html('label', {}, radio, text) };
  });
  const choice = html('fieldset', { class: 'change-at' }, html('legend', {}, 'Switches work'), ...radios.map(({ label }) => label));
  explain(choice, () => ({ text: 'While a run plays, a switch always works at the playhead: the change is recorded, shown on the time line, and part of the link.' }));
  const whole = button({ class: 'quiet whole' }, '', () => store.zoom.set(null));
  explain(whole, () => ({ text: 'Show the whole run in the charts (0, or a double click)' }));
  element.append(
    html(
      'ul',
      { class: 'dot-legend' },
      html('li', { class: 'worth' }, stated),
      entry('answered', 'dot ok', svg('circle', { cx: 6, cy: 6, r: 4 }), 'ended with a good answer'),
      entry('failed', 'dot failed', svg('path', { d: 'M6,1 L11,6 L6,11 L1,6 Z' }), 'ended with an error or was refused'),
      entry('let go', 'dot released', svg('path', { d: 'M6,1 L11,6 L6,11 L1,6 Z' }), 'the caller stopped waiting, mostly after a timeout'),
      entry('pending', 'dot pending', svg('circle', { cx: 6, cy: 6, r: 4 }), 'not ended within what has been simulated'),
      entry('hollow: a retry', 'dot hollow', svg('circle', { cx: 6, cy: 6, r: 3.2 }), 'sent again because an earlier send failed'),
    ),
    whole,
    choice,
  );
  const disposes = [
    effect(() => setText(stated, worth() === 1 ? '1 dot = 1 request' : `1 dot = ${groupDigits(worth())} requests`)),
    effect(() => {
      const span = store.zoom();
      whole.hidden = span === null;
      if (span !== null) setText(whole, `Charts show ${formatInstant(span.fromNs)} to ${formatInstant(span.toNs)} ×`);
    }),
    effect(() => {
      const playing = store.playing();
      const at = playing ? 'playhead' : store.changeAt();
      for (const { value, radio } of radios) {
        radio.checked = value === at;
        radio.disabled = playing;
      }
    }),
  ];
  return () => disposes.forEach((dispose) => dispose());
}

function entry(title: string, kind: string, shape: SVGElement, about: string): HTMLElement {
  const item = html('li', {}, svg('svg', { class: kind, viewBox: '0 0 12 12', 'aria-hidden': 'true' }, shape), title);
  explain(item, () => ({ title, text: about }));
  return item;
}
