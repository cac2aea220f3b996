import { html, setAttribute, setOptions, setText } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import { formatDuration, formatRate, formatShare } from '../format.ts';
import { type FrameLoop, READING_PACE_MS } from '../frame-loop.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Arm, Store } from '../store.ts';
import { smoothed, smoothedRate, smoothingNsAt } from '../topology/node-state.ts';
import type { TopologyView } from '../topology/topology-view.ts';
import { clientColumns } from '../charts/columns.ts';
import { mountSwitches } from './switches.ts';

/** One arm: which variant it runs, how it fares, its system and its switches. */
export function mountArmPane(element: HTMLElement, store: Store, arm: Arm, topology: TopologyView, loop: FrameLoop): Dispose {
  const variant = html('select', { 'aria-label': `Variant of run ${arm.letter}` });
  variant.addEventListener('change', () => store.setVariant(arm, variant.value));
  const about = html('p', { class: 'about' });
  const state = html('p', { class: 'run-state' });
  const goodput = html('dd');
  const latency = html('dd');
  const failing = html('dd');
  const switches = html('div', { class: 'switches' });

  element.append(
    html(
      'header',
      {},
      html('span', { class: 'badge', 'data-arm': arm.letter, 'aria-hidden': 'true' }, arm.letter),
      html('h2', { class: 'sr-only' }, `Run ${arm.letter}`),
      variant,
      html('dl', { class: 'now' }, figure('goodput', goodput), figure('p99', latency), figure('failing', failing)),
    ),
    html('div', { class: 'beneath' }, about, state),
    html('figure', { class: 'system' }, topology.element),
    switches,
  );
  explain(variant, () => ({ text: 'A variant is the same system and the same traffic with other patterns or parameters.' }));

  const now = loop.paced(READING_PACE_MS, () => {
    const recording = arm.run.recording.peek();
    if (recording === null) return;
    const timeNs = store.timeNs.peek();
    const smoothingNs = smoothingNsAt(store.speed.peek());
    const perSecond = (names: readonly string[]): number => smoothedRate(recording, clientColumns(recording, names), timeNs, smoothingNs);
    const [good, bad] = [perSecond(['ok', 'degraded']), perSecond(['failed'])];
    const p99 = Math.max(Number.NEGATIVE_INFINITY, ...clientColumns(recording, ['latencyP99']).map((column) => smoothed(recording, column, timeNs, smoothingNs)));
    setText(goodput, formatRate(good));
    setText(failing, formatShare(bad / (good + bad)));
    setText(latency, Number.isFinite(p99) && good > 0 ? formatDuration(p99) : '–');
  });

  const disposes = [
    effect(() => {
      const variants = store.system()?.variants ?? [];
      const chosen = arm.setup().variant;
      setOptions(variant, variants.map(({ name }) => ({ value: name, text: name.replaceAll('-', ' ') })), chosen);
      setText(about, variants.find(({ name }) => name === chosen)?.about ?? '');
    }),
    effect(() => {
      const { kind, text } = stateInWords(store, arm);
      setText(state, text);
      state.hidden = text === '';
      setAttribute(state, 'data-kind', kind);
      element.classList.toggle('stale', isStale(arm));
    }),
    effect(() => {
      store.timeNs();
      store.speed();
      arm.run.recorded();
      arm.run.recording();
      now.ask();
    }),
    mountSwitches(switches, store, arm),
    now.stop,
  ];
  return () => disposes.forEach((dispose) => dispose());
}

function figure(title: string, value: HTMLElement): HTMLElement {
  return html('div', {}, html('dt', {}, title), value);
}

/** Is the record on show one of an older request? */
function isStale({ run }: Arm): boolean {
  const recording = run.recording();
  return recording !== null && run.validUntilNs() < recording.endNs;
}

/** What a person should know of a run; `busy` says how far it is, and nothing while all goes as it should. */
export function stateInWords(store: Store, arm: Arm): { readonly kind: string; readonly text: string } {
  const phase = arm.run.phase();
  const seconds = (ns: number): number => Math.floor(ns / 1e9);
  switch (phase.kind) {
    case 'starting':
      return isStale(arm) ? { kind: 'busy', text: 'Running again…' } : { kind: 'busy', text: 'Starting…' };
    case 'running':
      return isStale(arm)
        ? { kind: 'busy', text: `Running again: simulated ${seconds(phase.endNs)} of ${seconds(store.durationNs())} s` }
        : { kind: 'busy', text: '' };
    case 'stopped':
      return { kind: 'info', text: `Stopped at ${seconds(arm.run.validUntilNs())} s.` };
    case 'refused': {
      const [first] = phase.problems;
      return { kind: 'error', text: `This run could not start: ${first === undefined ? 'the scenario has mistakes' : first.message}` };
    }
    case 'broken':
      return { kind: 'error', text: `The simulation ended unexpectedly (${phase.message}). What was recorded stays; Run starts it again.` };
    case 'finished': {
      const end = arm.run.summary()?.end;
      return end === undefined || end.kind === 'completed' ? { kind: 'info', text: '' } : { kind: 'error', text: `The run ended early: ${end.message}` };
    }
    case 'idle':
      return { kind: 'info', text: '' };
  }
}
