import type { Problem } from '../../sim/worker/protocol.ts';
import { html } from '../dom.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';

/** What the linter says of the system that is run: what, in which variants, why it matters, and what to do. */
export function mountWarnings(element: HTMLDetailsElement, store: Store): Dispose {
  const summary = html('summary', {});
  const list = html('ul', { class: 'warnings' });
  element.append(summary, list);
  return effect(() => {
    const warnings = store.warnings();
    const variants = store.system()?.variants.length ?? 0;
    element.hidden = warnings.length === 0;
    summary.textContent = warnings.length === 1 ? '1 warning about this system' : `${warnings.length} warnings about this system`;
    list.replaceChildren(...warnings.map((warning) => item(warning, variants)));
  });
}

function item({ message, lint }: Problem, variants: number): HTMLLIElement {
  if (lint === undefined) return html('li', {}, html('strong', {}, capitalised(message)));
  const where = lint.variants.length === variants ? '' : ` (in ${lint.variants.join(', ')})`;
  return html('li', {}, html('strong', {}, capitalised(message)), `${where} `, html('code', {}, lint.rule), html('p', {}, lint.why), html('p', {}, lint.advice));
}

/** Unless it begins with an address, which is written as it is. */
function capitalised(message: string): string {
  return /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
}
