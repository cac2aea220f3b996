/**
 * A number of the model that faults may touch: a base value and the modifiers laid over it. A fault adds a modifier and
 * later removes it; it never writes the value. Removing restores bit for bit, in whatever order faults come and go,
 * because the value is folded anew from the base at each change.
 */
export type Fold = 'multiply' | 'add' | 'any' | 'share' | 'max';

/** Folds: `multiply` factors, `add` amounts, `any` (1 as long as there is a modifier), `share` of independent chances, `max` of levels. */
function fold(kind: Fold, base: number, modifiers: ReadonlyMap<number, number>): number {
  let value = base;
  for (const id of [...modifiers.keys()].sort((a, b) => a - b)) {
    const modifier = modifiers.get(id)!;
    switch (kind) {
      case 'multiply':
        value *= modifier;
        break;
      case 'add':
        value += modifier;
        break;
      case 'any':
        value = 1;
        break;
      case 'share':
        value = 1 - (1 - value) * (1 - modifier);
        break;
      case 'max':
        value = Math.max(value, modifier);
        break;
    }
  }
  return value;
}

export class Knob {
  /** The effective value. */
  value: number;
  readonly #base: number;
  readonly #kind: Fold;
  readonly #modifiers = new Map<number, number>();
  readonly #changed: () => void;

  /** @param changed called after the value may have changed */
  constructor(base: number, kind: Fold, changed: () => void = () => {}) {
    this.value = base;
    this.#base = base;
    this.#kind = kind;
    this.#changed = changed;
  }

  /** Lays modifier `amount` of fault number `fault` over the value. A fault has one modifier for each knob. */
  add(fault: number, amount: number): void {
    this.#modifiers.set(fault, amount);
    this.#refold();
  }

  remove(fault: number): void {
    if (this.#modifiers.delete(fault)) this.#refold();
  }

  /** The latest fault whose modifier is in force, or 0: whom to blame. */
  get fault(): number {
    let last = 0;
    for (const id of this.#modifiers.keys()) last = id;
    return last;
  }

  get touched(): boolean {
    return this.#modifiers.size > 0;
  }

  #refold(): void {
    this.value = fold(this.#kind, this.#base, this.#modifiers);
    this.#changed();
  }
}
