import type { Dispose } from '../signal.ts';
import { html } from '../dom.ts';

/** A heading, a sentence, and named values. */
export interface Tip {
  readonly title?: string;
  readonly text?: string;
  readonly rows?: readonly (readonly [name: string, value: string])[];
}

const tips = new WeakMap<Element, () => Tip>();
const DISTANCE = 8;

/** Explains an element on hover and focus; asked for anew each time, so that it shows the present values. */
export function explain(element: Element, tip: () => Tip): void {
  tips.set(element, tip);
  element.toggleAttribute('data-tip', true);
}

/** The one tooltip of the page. */
export function mountTooltip(root: HTMLElement): Dispose {
  const bubble = html('div', { class: 'tooltip', role: 'tooltip', id: 'tooltip', hidden: true });
  root.append(bubble);
  let anchor: Element | null = null;
  let pressed: PointerEvent | null = null;

  const hide = (): void => {
    bubble.hidden = true;
    anchor?.removeAttribute('aria-describedby');
    anchor = null;
  };
  const show = (element: Element): void => {
    const tip = tips.get(element)?.();
    if (tip === undefined) return;
    hide();
    anchor = element;
    bubble.replaceChildren(...contents(tip));
    bubble.hidden = false;
    element.setAttribute('aria-describedby', bubble.id);
    place(bubble, element.getBoundingClientRect());
  };
  const onOver = (event: Event): void => {
    // A control that a press has made anew comes to lie under a pointer that has not moved.
    if (event instanceof PointerEvent && event.clientX === pressed?.clientX && event.clientY === pressed.clientY) return;
    const { target } = event;
    const element = target instanceof Element ? target.closest('[data-tip]') : null;
    if (element === anchor || (target instanceof Element && bubble.contains(target))) return;
    if (element === null) hide();
    else show(element);
  };
  const onDown = (event: PointerEvent): void => {
    pressed = event;
    hide();
  };
  // What has the focus may have been scrolled into view just for that; what the pointer was over has moved away.
  const onScroll = (): void => {
    const at = anchor !== null && anchor === document.activeElement ? anchor.getBoundingClientRect() : null;
    if (at !== null && at.bottom > 0 && at.top < window.innerHeight) place(bubble, at);
    else hide();
  };
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') hide();
  };
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener('pointerover', onOver, { signal });
  // Not after a click: who has just used a control does not want it covered.
  document.addEventListener('focusin', (event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) onOver(event);
  }, { signal });
  document.addEventListener('pointerdown', onDown, { signal });
  document.addEventListener('focusout', hide, { signal });
  document.addEventListener('keydown', onKey, { signal });
  document.addEventListener('scroll', onScroll, { signal, capture: true, passive: true });
  return () => {
    abort.abort();
    bubble.remove();
  };
}

function contents({ title, text, rows = [] }: Tip): Node[] {
  return [
    ...(title === undefined ? [] : [html('strong', {}, title)]),
    ...(text === undefined || text === '' ? [] : [html('p', {}, text)]),
    ...(rows.length === 0 ? [] : [html('dl', {}, ...rows.flatMap(([name, value]) => [html('dt', {}, name), html('dd', {}, value)]))]),
  ];
}

/** Below the element, or above it where there is no room; never beyond the edges of the window. */
function place(bubble: HTMLElement, { left, top, bottom, width }: DOMRect): void {
  const { innerWidth, innerHeight } = window;
  const own = bubble.getBoundingClientRect();
  const x = Math.min(Math.max(left + width / 2 - own.width / 2, DISTANCE), innerWidth - own.width - DISTANCE);
  const below = bottom + DISTANCE + own.height < innerHeight;
  bubble.style.left = `${Math.max(x, DISTANCE)}px`;
  bubble.style.top = `${below ? bottom + DISTANCE : Math.max(top - own.height - DISTANCE, DISTANCE)}px`;
}
