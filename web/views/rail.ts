import { html, setAttribute } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import { faultName } from '../fault-name.ts';
import { formatInstant } from '../format.ts';
import type { FrameLoop } from '../frame-loop.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Arm, Store } from '../store.ts';

/** Positions of the slider: as fine as the pixels of a wide screen; keys step finer. */
const POSITIONS = 2000;
/** While playing the slider itself follows at this pace: it makes the browser lay out the page. What is seen moves in every frame. */
const SLIDER_PACE_MS = 250;
/** Marks of events that lie closer than this share of the run to one another become one. */
const MERGE_SHARE = 0.004;

/** The one time line of the page: a slider over faults, changes, breakers and where the runs part. */
export function mountRail(element: HTMLElement, store: Store, loop: FrameLoop): Dispose {
  const slider = html('input', { type: 'range', class: 'scrub', min: 0, max: POSITIONS, step: 1, 'aria-label': 'Time in the run' });
  slider.addEventListener('input', () => store.seek((Number(slider.value) / POSITIONS) * store.durationNs.peek()));
  const faults = html('div', { class: 'faults' });
  const marks = html('div', { class: 'marks' });
  const tracks = store.arms.map(({ letter }) => html('div', { class: 'track', 'data-arm': letter }));
  const shown = html('div', { class: 'shown', hidden: true });
  const thumb = html('div', { class: 'thumb' });
  element.append(faults, html('div', { class: 'tracks' }, ...tracks, shown), marks, html('div', { class: 'thumb-way' }, thumb), slider);

  const share = (): number => store.timeNs.peek() / (store.durationNs.peek() || 1);
  const moveThumb = (): void => {
    thumb.style.transform = `translateX(${share() * 100}%)`;
  };
  const setSlider = (): void => {
    slider.value = String(Math.round(share() * POSITIONS));
    setAttribute(slider, 'aria-valuetext', formatInstant(store.timeNs.peek()));
  };
  const slowly = loop.paced(SLIDER_PACE_MS, setSlider);
  // Keys go on from where the playhead is now.
  slider.addEventListener('keydown', setSlider);

  const disposes = [
    effect(() => {
      store.timeNs();
      store.durationNs();
      loop.soon(moveThumb);
      slowly.ask();
    }),
    slowly.stop,
    () => loop.forget(moveThumb),
    effect(() => {
      const span = store.zoom();
      shown.hidden = span === null;
      if (span === null) return;
      place(shown, span.fromNs, store.durationNs());
      shown.style.width = `${((span.toNs - span.fromNs) / store.durationNs()) * 100}%`;
    }),
    effect(() => faults.replaceChildren(...faultBars(store))),
    effect(() => marks.replaceChildren(...eventMarks(store), ...divergenceMark(store))),
    ...store.arms.map(({ run }, at) =>
      effect(() => {
        tracks[at]!.style.width = `${Math.min(run.validUntilNs() / (store.durationNs() || 1), 1) * 100}%`;
      }),
    ),
  ];
  return () => disposes.forEach((dispose) => dispose());
}

function faultBars(store: Store): HTMLElement[] {
  const duration = store.durationNs() || 1;
  const faults = store.system()?.faults ?? [];
  return faults.map((fault) => {
    const end = Math.min(fault.endNs, duration);
    const on = store.arms.filter((arm) => isFaultOn(arm, fault.address, fault.enabled));
    const bar = html('div', { class: 'fault-bar', 'data-on': on.length > 0 }, html('span', {}, faultName(fault)));
    place(bar, fault.atNs, duration);
    bar.style.width = `${((end - fault.atNs) / duration) * 100}%`;
    explain(bar, () => ({
      title: faultName(fault),
      text: `From ${formatInstant(fault.atNs)} ${end < duration ? `to ${formatInstant(end)}` : 'to the end'}.`,
      rows: store.arms.map((arm) => [`run ${arm.letter}`, on.includes(arm) ? 'on' : 'off']),
    }));
    return bar;
  });
}

function isFaultOn(arm: Arm, address: string, byDefault: boolean): boolean {
  const described = arm.run.recording()?.system.faults.find((fault) => fault.address === address);
  return arm.setup().switches[address] ?? described?.enabled ?? byDefault;
}

interface Mark {
  readonly atNs: number;
  readonly letter: string;
  readonly kind: string;
  readonly lines: string[];
}

/** Changes that people made and what components did, one mark where several are close together. */
function eventMarks(store: Store): HTMLElement[] {
  const duration = store.durationNs() || 1;
  const marks: Mark[] = [];
  for (const { letter, run } of store.arms) {
    const recording = run.recording();
    // Following the count makes the marks grow with the record.
    if (recording === null || run.recorded() === 0) continue;
    let last: Mark | undefined;
    for (const { atNs, kind, address, what } of recording.events) {
      if (kind === 'faultStart' || kind === 'faultEnd') continue;
      const line = `${formatInstant(atNs)} ${address}: ${what}`;
      if (last !== undefined && last.kind === kind && atNs - last.atNs < duration * MERGE_SHARE) {
        last.lines.push(line);
      } else {
        last = { atNs, letter, kind, lines: [line] };
        marks.push(last);
      }
    }
  }
  return marks.map(({ atNs, letter, kind, lines }) => {
    const mark = html('div', { class: 'mark', 'data-kind': kind, 'data-arm': letter });
    place(mark, atNs, duration);
    explain(mark, () => ({ title: `Run ${letter}`, text: shortList(lines) }));
    return mark;
  });
}

const SHOWN_LINES = 4;
function shortList(lines: readonly string[]): string {
  const more = lines.length - SHOWN_LINES;
  return lines.slice(0, SHOWN_LINES).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function divergenceMark(store: Store): HTMLElement[] {
  const atNs = store.divergenceNs();
  if (atNs < 0) return [];
  const mark = html('div', { class: 'divergence' });
  place(mark, atNs, store.durationNs() || 1);
  explain(mark, () => ({
    title: `The runs part at ${formatInstant(atNs)}`,
    text: 'Up to here every single request fared alike in both runs; this is the first that did not.',
  }));
  return [mark];
}

function place(element: HTMLElement, atNs: number, duration: number): void {
  element.style.left = `${(atNs / duration) * 100}%`;
}
