import type { LayerUse } from '../scenario.ts';
import type { LintedSystem, PlacedSite } from './system.ts';
import type { LintRule } from './rule.ts';

/** Two layers of three attempts are worth a word, two layers of two are not. */
const WORTH_MENTIONING = 8;

/** Sources: Google SRE book, Addressing Cascading Failures; AWS Builders' Library, Timeouts, retries and backoff with jitter. */
export const retryMultiplication: LintRule = {
  name: 'retry-multiplication',
  why: 'Each layer repeats all that the layers inside it repeat: just when a callee is in trouble, it gets many times its usual load.',
  find: (system) => {
    const paths = new Paths(system);
    return system.sites
      .filter((placed) => paths.ownFactor(placed) > 1 && !paths.goesOnRetrying(placed, new Set()))
      .flatMap((placed) => {
        const path = paths.worstTo(placed);
        const factors = path.flatMap((one) => one.factors);
        if (factors.length < 2 || path.at(-1)!.total < WORTH_MENTIONING) return [];
        const names = [path[0]!.placed.component.name, ...path.map((one) => one.placed.site.target)];
        return [
          {
            address: placed.site.address,
            what: `retries multiply: ${shortened(names).join(' -> ')}: ${shortened(factors.map(written)).join(' x ')} = ${written(path.at(-1)!.total)} attempts`,
            advice: 'Retry in one place only, as near to the user as can be, or give the other layers a retry budget.',
          },
        ];
      });
  },
};

const MAX_SHOWN = 8;

/** The beginning and the end of a long way. */
function shortened(parts: readonly string[]): readonly string[] {
  return parts.length <= MAX_SHOWN ? parts : [...parts.slice(0, MAX_SHOWN / 2), '…', ...parts.slice(-MAX_SHOWN / 2)];
}

function written(count: number): string {
  if (count === Infinity) return 'unlimited';
  return count < 1e6 ? String(count) : count.toPrecision(2);
}

/** A call on the way from a user, with what its layers and all before it make of one call. */
interface Leg {
  readonly placed: PlacedSite;
  readonly factors: readonly number[];
  readonly total: number;
}

class Paths {
  readonly #system: LintedSystem;
  readonly #worst = new Map<PlacedSite, readonly Leg[]>();

  constructor(system: LintedSystem) {
    this.#system = system;
  }

  ownFactor({ layers }: PlacedSite): number {
    return layers.reduce((product, layer) => product * this.#factor(layer), 1);
  }

  /** Whether calls further inside are repeated, too: then the finding is there. */
  goesOnRetrying({ site }: PlacedSite, seen: Set<PlacedSite>): boolean {
    return this.#system.sitesOf(site.target, site.operation).some((next) => {
      if (seen.has(next)) return false;
      seen.add(next);
      return this.ownFactor(next) > 1 || this.goesOnRetrying(next, seen);
    });
  }

  /** The way to a call on which most attempts are made; ways that lead back to themselves are followed once. */
  worstTo(placed: PlacedSite): readonly Leg[] {
    const known = this.#worst.get(placed);
    if (known !== undefined) return known;
    this.#worst.set(placed, []);
    const factors = placed.layers.map((layer) => this.#factor(layer)).filter((factor) => factor > 1);
    const before = this.#system
      .callersOf(placed.component.name, placed.operation)
      .map((caller) => this.worstTo(caller))
      .reduce<readonly Leg[]>((worst, way) => ((way.at(-1)?.total ?? 1) > (worst.at(-1)?.total ?? 0) ? way : worst), []);
    const total = factors.reduce((product, factor) => product * factor, before.at(-1)?.total ?? 1);
    const way = [...before, { placed, factors, total }];
    this.#worst.set(placed, way);
    return way;
  }

  /** What a budget lets through does not multiply. */
  #factor(layer: LayerUse): number {
    return this.#system.hasBudget(layer) ? 1 : this.#system.attempts(layer);
  }
}
