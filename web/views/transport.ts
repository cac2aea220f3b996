import { button, html, setAttribute, setText, svg } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import { formatFactor, formatInstant } from '../format.ts';
import { type FrameLoop, READING_PACE_MS } from '../frame-loop.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';
import { MAX_SPEED, MIN_SPEED } from '../work.ts';
import { mountRail } from './rail.ts';

/** Speeds that the slider offers: 1, 2, 5 and so on of each power of ten. */
const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 8, 10, 20, 50, 100].filter((speed) => speed >= MIN_SPEED && speed <= MAX_SPEED);

const ICONS = {
  start: 'M3,3 V13 M13,3 L6,8 L13,13 Z',
  back: 'M11,3 L4,8 L11,13 Z M13,3 V13',
  play: 'M4,2.5 L13,8 L4,13.5 Z',
  pause: 'M4,3 H7 V13 H4 Z M9.5,3 H12.5 V13 H9.5 Z',
  forward: 'M5,3 L12,8 L5,13 Z M3,3 V13',
} as const;

/** Play, pause and step, the speed, the time line and how far the runs have come. */
export function mountTransport(element: HTMLElement, store: Store, loop: FrameLoop): Dispose {
  const playIcon = svg('path', { d: ICONS.play });
  const play = button({ class: 'icon play', 'aria-label': 'Play' }, svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, playIcon), () => store.togglePlay());
  const time = html('span', { class: 'time', role: 'timer', 'aria-label': 'Time' });
  const progress = html('span', { class: 'progress' });

  const speed = html('input', { type: 'range', id: 'speed', min: 0, max: SPEEDS.length - 1, step: 1 });
  speed.addEventListener('input', () => store.setSpeed(SPEEDS[Number(speed.value)]!));
  const speedText = html('output', { class: 'speed-value', for: 'speed' });
  const rail = html('div', { class: 'rail' });

  element.append(
    html(
      'div',
      { class: 'buttons' },
      iconButton('start', 'To the beginning', 'Home', () => store.seek(0)),
      iconButton('back', 'Step back', ',', () => store.step(-1)),
      play,
      iconButton('forward', 'Step', '.', () => store.step(1)),
    ),
    html('span', { class: 'field' }, html('label', { for: 'speed' }, 'Speed'), speed, speedText),
    rail,
    html('div', { class: 'clock' }, time, progress),
  );
  explain(play, () => ({ text: store.playing() ? 'Pause (Space)' : 'Play (Space)' }));
  explain(speed, () => ({ text: `${formatFactor(store.speed())}: ${store.speed()} seconds of the run in one second. Keys [ and ]` }));

  const clock = loop.paced(READING_PACE_MS, () => setText(time, formatInstant(store.timeNs.peek(), store.system.peek()?.bucketNs)));
  const disposes = [
    mountRail(rail, store, loop),
    effect(() => {
      const playing = store.playing();
      setAttribute(playIcon, 'd', playing ? ICONS.pause : ICONS.play);
      setAttribute(play, 'aria-label', playing ? 'Pause' : 'Play');
      loop.animate(playing ? (wallMs) => store.advance(wallMs) : null);
    }),
    effect(() => {
      store.timeNs();
      clock.ask();
    }),
    effect(() => {
      const now = store.speed();
      const nearest = SPEEDS.reduce((best, each, at) => (Math.abs(Math.log(each / now)) < Math.abs(Math.log(SPEEDS[best]! / now)) ? at : best), 0);
      speed.value = String(nearest);
      setAttribute(speed, 'aria-valuetext', formatFactor(now));
      setText(speedText, formatFactor(now));
    }),
    effect(() => setText(progress, progressInWords(store))),
    clock.stop,
  ];
  return () => disposes.forEach((dispose) => dispose());
}

function iconButton(icon: keyof typeof ICONS, label: string, key: string, onClick: () => void): HTMLButtonElement {
  const made = button({ class: 'icon', 'aria-label': label }, svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: ICONS[icon] })), onClick);
  explain(made, () => ({ text: `${label} (${key})` }));
  return made;
}

/** `of 240 s`, or how far the slower arm has been simulated. */
function progressInWords(store: Store): string {
  const total = Math.round(store.durationNs() / 1e9);
  const ends = store.arms.flatMap(({ run }) => {
    const phase = run.phase();
    return phase.kind === 'running' ? [phase.endNs] : phase.kind === 'starting' ? [0] : [];
  });
  return ends.length === 0 ? `of ${total} s` : `simulated ${Math.floor(Math.min(...ends) / 1e9)} of ${total} s`;
}
