import type { FaultDescription, LayerDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import { button, html } from '../dom.ts';
import { explain, type Tip } from '../controls/tooltip.ts';
import { faultName } from '../fault-name.ts';
import { formatInstant } from '../format.ts';
import { layerName, siteName } from '../layer-name.ts';
import { computed, type Dispose, effect } from '../signal.ts';
import type { Arm, Store } from '../store.ts';
import { switchAt } from '../work.ts';

/** A switch for every pattern, grouped by call site in order from the outermost, and for every fault; and the changes made so far. */
export function mountSwitches(element: HTMLElement, store: Store, arm: Arm): Dispose {
  // The playhead moves in every frame; only the changes that it passes matter here.
  const passed = computed(() => arm.setup().interventions.filter(({ atNs }) => atNs <= store.timeNs()).length);
  return effect(() => {
    passed();
    const system = arm.run.recording()?.system ?? store.system();
    if (system === null) return;
    const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement.dataset.address : undefined;
    element.replaceChildren(...stacks(store, arm, system), ...faults(store, arm, system), ...changes(store, arm, system));
    if (focused !== undefined) element.querySelector<HTMLElement>(`[data-address="${CSS.escape(focused)}"]`)?.focus();
  });
}

function stacks(store: Store, arm: Arm, system: SystemDescription): HTMLElement[] {
  const places = [
    ...system.sites.map((site) => ({ title: siteName(system, site), layers: site.layers })),
    ...system.components.map(({ name, layers }) => ({ title: `at ${name}`, layers })),
  ];
  return places
    .filter(({ layers }) => layers.length > 0)
    .map(({ title, layers }) =>
      row(
        title,
        layers.map((layer) => switchOf(store, arm, layer.address, layer.enabled, layerName(layer), shownParam(layer), () => layerTip(layer))),
        'stack',
      ),
    );
}

function faults(store: Store, arm: Arm, system: SystemDescription): HTMLElement[] {
  if (system.faults.length === 0) return [];
  const made = system.faults.map((fault) => switchOf(store, arm, fault.address, fault.enabled, faultName(fault), spanOf(fault), () => faultTip(fault)));
  return [row('faults', made, 'faults')];
}

function row(title: string, switches: readonly HTMLElement[], kind: string): HTMLElement {
  const name = html('span', { class: 'place' }, title);
  if (kind === 'stack') explain(name, () => ({ title, text: 'Patterns of this call, the outermost first: each wraps those to its right.' }));
  return html('div', { class: 'switch-row', role: 'group', 'aria-label': title, 'data-kind': kind }, name, html('div', { class: 'pills' }, ...switches));
}

function switchOf(store: Store, arm: Arm, address: string, initially: boolean, title: string, params: string, tip: () => Tip): HTMLElement {
  const { switches, interventions } = arm.setup();
  const on = switchAt(interventions, address, store.timeNs.peek(), switches[address] ?? initially);
  const made = button({ role: 'switch', class: 'pill', 'aria-checked': String(on), 'data-address': address }, html('span', { class: 'knob', 'aria-hidden': 'true' }), () =>
    store.toggle(arm, address, !on),
  );
  made.append(html('span', { class: 'name' }, title));
  if (params !== '') made.append(html('small', {}, params));
  explain(made, tip);
  return made;
}

/** Values longer than this are left to the tooltip. */
const SHORT_VALUE = 10;

/** One telling parameter: one that the scenario sets itself, if there is a short one. */
function shownParam({ params }: LayerDescription): string {
  const short = params.filter(({ value }) => value.length <= SHORT_VALUE && /\d/.test(value));
  const shown = short.find(({ isDefault }) => !isDefault) ?? short[0];
  return shown === undefined ? '' : `${shown.name} ${shown.value}`;
}

function spanOf({ atNs, endNs }: FaultDescription): string {
  const from = Math.round(atNs / 1e9);
  return Number.isFinite(endNs) ? `${from}–${Math.round(endNs / 1e9)} s` : `from ${from} s`;
}

function layerTip(layer: LayerDescription): Tip {
  return { title: layerName(layer), text: layer.about, rows: paramRows(layer.params) };
}

function faultTip(fault: FaultDescription): Tip {
  return {
    title: fault.title,
    text: fault.about,
    rows: [
      ['on', fault.targets.join(', ')],
      ['time', spanOf(fault)],
      ...paramRows(fault.params),
    ],
  };
}

/** A tooltip shows so many parameters and characters of each; more could not be taken in at a glance. */
const SHOWN_PARAMS = 9;
const SHOWN_CHARACTERS = 48;

/** Parameters in force: those that the scenario sets itself first, then defaults. */
function paramRows(params: LayerDescription['params']): [string, string][] {
  const ordered = params.toSorted((a, b) => Number(a.isDefault) - Number(b.isDefault));
  const rows = ordered.slice(0, SHOWN_PARAMS).map(({ name, value, isDefault }): [string, string] => {
    const short = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
    return [name, isDefault ? `${short} (default)` : short];
  });
  const left = params.length - rows.length;
  return left > 0 ? [...rows, ['', `and ${left} more, by default`]] : rows;
}

function changes(store: Store, arm: Arm, system: SystemDescription): HTMLElement[] {
  const { switches, interventions } = arm.setup();
  if (interventions.length === 0 && Object.keys(switches).length === 0) return [];
  const titles = new Map<string, string>(system.faults.map((fault) => [fault.address, faultName(fault)]));
  for (const layer of [...system.sites, ...system.components].flatMap(({ layers }) => layers)) {
    const { address } = layer;
    titles.set(address, `${layerName(layer)} of ${address.slice(0, address.lastIndexOf('/'))}`);
  }
  const chips = interventions.map(({ atNs, address, enabled }, at) => {
    const text = `${formatInstant(atNs)} ${titles.get(address) ?? address} ${enabled ? 'on' : 'off'}`;
    return html('span', { class: 'change' }, text, button({ class: 'icon', 'aria-label': `Take back: ${text}` }, '×', () => store.removeIntervention(arm, at)));
  });
  const reset = button({ class: 'reset' }, 'Reset to the variant', () => store.resetArm(arm));
  return [row('changes', [...chips, reset], 'changes')];
}
