/** Layers and faults switched on or off, by address or by `/*` for all below an address. */
import type { ProblemList } from './problem-list.ts';
import type { Span } from './source.ts';
import { quote } from './wording.ts';

export interface Switch {
  /** A layer, a fault, or an address and `/*`. */
  readonly address: string;
  readonly on: boolean;
  readonly at: Span;
  /** Where it stands in the document. */
  readonly where: string;
}

export class SwitchBoard {
  readonly #switches = new Map<string, Switch>();
  readonly #used = new Set<Switch>();

  constructor(switches: readonly Switch[], problems: ProblemList) {
    for (const each of switches) {
      const { address, on, at, where } = each;
      if (this.#switches.get(address)?.on === !on) problems.add(at, where, `${quote(address)} is switched both on and off`);
      this.#switches.set(address, each);
    }
  }

  get addresses(): Iterable<string> {
    return this.#switches.keys();
  }

  /** Whether something is on; of several switches that speak of it, the most precise one decides. */
  isOn(address: string, before: boolean): boolean {
    let on: boolean | undefined;
    for (const pattern of patternsFor(address)) {
      const found = this.#switches.get(pattern);
      if (found === undefined) continue;
      this.#used.add(found);
      on ??= found.on;
    }
    return on ?? before;
  }

  /** Switches that nothing has asked about. */
  unused(): readonly Switch[] {
    return [...this.#switches.values()].filter((each) => !this.#used.has(each));
  }
}

/** `api/orders/retry`, `api/orders/*`, `api/*`. */
function* patternsFor(address: string): Generator<string> {
  yield address;
  for (let slash = address.lastIndexOf('/'); slash > 0; slash = address.lastIndexOf('/', slash - 1)) yield `${address.slice(0, slash)}/*`;
}
