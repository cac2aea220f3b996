/** How long something takes, with the sum written out. */
import { formatDuration } from '../../catalogue/units.ts';

export interface Need {
  readonly ns: number;
  /** As in `4ms of work + 3 x 250ms + 100ms of waiting`. */
  readonly text: string;
  times(count: number): Need;
  /** Says where. */
  at(address: string): Need;
}

/** @param what of which the time is, as in `of work`; '' says nothing */
export function needOf(ns: number, what = ''): Need {
  return new Sum(ns, ns === 0 ? [] : [`${rounded(ns)}${what === '' ? '' : ` ${what}`}`]);
}

/** One after the other. */
export function sequence(parts: readonly Need[]): Need {
  return new Sum(
    parts.reduce((sum, part) => sum + part.ns, 0),
    parts.flatMap((part) => (part as Sum).terms),
  );
}

/** A time in three significant digits, which is as much as anybody reads. */
export function rounded(ns: number): string {
  return formatDuration(ns < 1e15 ? Number(ns.toPrecision(3)) : ns);
}

const MAX_TERMS = 6;

class Sum implements Need {
  readonly ns: number;
  readonly terms: readonly string[];

  constructor(ns: number, terms: readonly string[]) {
    this.ns = ns;
    this.terms = terms;
  }

  get text(): string {
    const shown = this.terms.slice(0, MAX_TERMS);
    return [...shown, ...(this.terms.length > MAX_TERMS ? [`${this.terms.length - MAX_TERMS} more`] : [])].join(' + ') || '0s';
  }

  times(count: number): Need {
    if (count === 1) return this;
    return new Sum(this.ns * count, [`${count} x ${this.terms.length > 1 ? `(${this.text})` : this.text}`]);
  }

  at(address: string): Need {
    return new Sum(this.ns, this.terms.length === 0 ? [] : [`${this.text} in ${address}`]);
  }
}
