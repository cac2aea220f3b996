import type { LayerDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';
import { explain } from '../controls/tooltip.ts';
import { setAttribute, setText, svg } from '../dom.ts';
import { readBreaker } from './node-state.ts';

const WORDS = { closed: 'CB', halfOpen: 'HALF', open: 'OPEN' } as const;
const STATE_NAMES = { closed: 'closed', halfOpen: 'half-open', open: 'open' } as const;
const IN_WORDS = {
  closed: 'Closed: calls go through.',
  halfOpen: 'Half-open: a few calls are let through to see whether the other side is well again.',
  open: 'Open: calls are refused at once.',
} as const;
/** The arm of the switch: lying, raised, touching. */
const ARMS = { closed: 'M-7,0 L7,0', halfOpen: 'M-7,0 L5.5,-4', open: 'M-7,0 L4,-8' } as const;

/** A circuit breaker, drawn as the switch it is named after, on its edge. */
export class BreakerGlyph {
  readonly element: SVGGElement;
  readonly #layer: LayerDescription;
  readonly #arm = svg('path', { class: 'lever', d: ARMS.closed });
  readonly #probe = svg('circle', { class: 'probe', cx: 5.5, cy: 0, r: 1.8, visibility: 'hidden' });
  readonly #word = svg('text', { y: 21, 'text-anchor': 'middle' });
  #inWords = '';
  #notable: readonly string[] = [];

  constructor(layer: LayerDescription, x: number, y: number) {
    this.#layer = layer;
    this.element = svg(
      'g',
      { class: 'breaker', transform: `translate(${x.toFixed(1)},${y.toFixed(1)})`, 'data-state': 'closed' },
      svg('circle', { class: 'disc', r: 12 }),
      svg('circle', { class: 'terminal', cx: -7, r: 1.6 }),
      svg('circle', { class: 'terminal', cx: 7, r: 1.6 }),
      this.#arm,
      this.#probe,
      this.#word,
    );
    explain(this.element, () => ({
      title: layer.title,
      text: this.#inWords,
      rows: layer.params.map(({ name, value }) => [name, value]),
    }));
  }

  /** What is not as it should be, in words. */
  get notable(): readonly string[] {
    return this.#notable;
  }

  show(recording: Recording | null, timeNs: number, speed: number): void {
    if (recording === null) return;
    const { state, count, states, enabled } = readBreaker(recording, this.#layer.address, timeNs, speed);
    setAttribute(this.element, 'visibility', enabled ? 'visible' : 'hidden');
    setAttribute(this.element, 'data-state', state);
    setAttribute(this.#arm, 'd', ARMS[state]);
    setAttribute(this.#probe, 'visibility', state === 'halfOpen' ? 'inherit' : 'hidden');
    this.#notable = enabled && state !== 'closed' ? [`${this.#layer.address} ${STATE_NAMES[state]}`] : [];
    const share = state !== 'closed' && count < states ? ` ${count}/${states}` : '';
    setText(this.#word, WORDS[state] + share);
    this.#inWords = IN_WORDS[state] + (share === '' ? '' : ` So in ${count} of ${states} instances.`);
  }
}
