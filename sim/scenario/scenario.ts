/**
 * A scenario in normal form: every default filled in, every amount in the simulator's unit, every address known.
 * `parse.ts` makes it from text, `variants.ts` changes it, `compile.ts` turns it into a running model.
 */
import type { Problem } from '../catalogue/problem.ts';
import type { VariantDescription } from '../catalogue/system.ts';
import type { IdempotencyKeyKind } from '../resilience/idempotency-key.ts';
import type { Predicate } from '../telemetry/predicate.ts';
import type { Places } from './places.ts';

/**
 * A parameter after parsing: amounts and numbers are numbers, flags booleans, words strings, causes outcome codes;
 * definitions, call sites, layers and steps are the objects below; optional parameters left out are undefined.
 */
export type Value = number | string | boolean | undefined | readonly Value[] | Values | DefinitionUse | CallSiteUse;
export interface Values {
  readonly [name: string]: Value;
}

/** A definition of a registry with its parameters. */
export interface DefinitionUse {
  readonly family: string;
  readonly kind: string;
  readonly values: Values;
}

/** A pattern at its place. */
export interface LayerUse extends DefinitionUse {
  /** Identity: `api/orders/retry`. The last part is `as`, or the family. */
  readonly address: string;
  readonly enabled: boolean;
  /** One pattern object for each instance of the caller, or one for all. */
  readonly scope: 'instance' | 'shared';
  /** One pattern object for each instance of the callee. */
  readonly perCallee: boolean;
  /** One pattern object for each request class. */
  readonly perClass: boolean;
  /** One pattern object for each tenant. */
  readonly perTenant: boolean;
  /** Request classes whose calls pass it; none named: all. */
  readonly classes: readonly string[];
}

/** A use of a dependency. */
export interface CallSiteUse {
  readonly address: string;
  readonly target: string;
  /** '' stands for the target's only operation. */
  readonly operation: string;
  /** May safely be done twice. */
  readonly idempotent: boolean;
  /** Which key its calls send, by which the callee knows them again. */
  readonly idempotencyKey: IdempotencyKeyKind;
  /** A send that the caller lets go of is also stopped at the server, as with gRPC; HTTP servers usually go on. */
  readonly cancelDownstream: boolean;
  /** Outermost first. */
  readonly patterns: readonly LayerUse[];
}

/** A handler step at its place. */
export interface StepUse extends DefinitionUse {
  readonly address: string;
}

export interface ComponentUse extends DefinitionUse {
  readonly name: string;
}

export interface FaultUse extends DefinitionUse {
  /** `faults/<name>`; the name is `as`, or kind and targets. */
  readonly address: string;
  readonly enabled: boolean;
  readonly atNs: number;
  /** Infinity: for the rest of the run. */
  readonly forNs: number;
}

export interface Variant {
  readonly name: string;
  readonly about: string;
  /** The scenario with the variant's switches and values applied. */
  readonly scenario: Scenario;
}

/** An expectation as written, with the arms it speaks of. */
export interface Expectation extends Predicate {
  readonly text: string;
  /** Variant, or the left side of a difference. */
  readonly variant: string;
  /** Right side of a difference `breaker - unprotected`, or ''. */
  readonly minus: string;
  /** Holds in a share of seeds only, see the README. */
  readonly mostly: boolean;
}

/** What users are promised; judged in reports, not part of `expect`. */
export type Objective = Predicate;

export interface Scenario {
  readonly title: string;
  readonly story: string;
  /** Source text of the scalar, so that `7` and `"7"` are the same world. */
  readonly seed: string;
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly bucketNs: number;
  /** After so many events a run ends as `budgetExceeded`. */
  readonly maxEvents: number;
  readonly components: readonly ComponentUse[];
  readonly network: Values;
  readonly faults: readonly FaultUse[];
  readonly variants: readonly VariantDescription[];
  readonly objectives: readonly Objective[];
  readonly expectations: readonly Expectation[];
}

export type Parsed =
  | ParsedWell
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParsedWell {
  readonly ok: true;
  readonly document: ScenarioDocument;
  readonly places: Places;
  readonly warnings: readonly Problem[];
}

/** A parsed file: the scenario as it stands, and its variants. */
export interface ScenarioDocument {
  readonly base: Scenario;
  /** At least one: a file without `variants` has the variant `default`. */
  readonly variants: readonly Variant[];
}
