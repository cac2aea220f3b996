/**
 * Definition objects. Everything a person can put into a scenario is one: a pattern, a component, a fault, a handler
 * step, a distribution, an arrival process, a balancer, a queue discipline, a backoff. One file, one definition, one
 * line in the folder's registry; schema, messages, forms, `explain` and conformance tests follow from it.
 */
import type { Fields, ValuesOf } from './param.ts';

/** What every definition says of itself. */
export interface Definition<F extends Fields = Fields> {
  /** The family it belongs to; within one, `kind` is unique. */
  readonly family: string;
  /** The word that a scenario file uses. */
  readonly kind: string;
  readonly title: string;
  /** One sentence for a person who has never met it. */
  readonly about: string;
  /** Where semantics and defaults come from. */
  readonly source: string;
  readonly params: F;
  /** Parameter that a bare value stands for: `{exponential: 20ms}` means `{exponential: {mean: 20ms}}`. */
  readonly shorthand?: keyof F & string;
  /** When to use it, when not, and how it differs from its siblings; for `explain` and the reference pages. */
  readonly useWhen?: string;
  readonly avoidWhen?: string;
  readonly differs?: string;
  /** States and transitions, for the drawing in the reference page. */
  readonly states?: readonly StateTransition[];
  /** The patterns for which a stack stands, outermost first. */
  readonly layers?: readonly StackLayer[];
  /**
   * Checks between parameters; each returned sentence becomes a problem at that parameter. Runs on a scenario that has
   * been read but not made, so that it may look at numbers, words and lists, but not at what other definitions make.
   */
  check?(values: ValuesOf<F>): readonly ParamProblem[];
}

export interface StateTransition {
  readonly from: string;
  readonly to: string;
  readonly when: string;
}

/** A pattern in a stack. */
export interface StackLayer {
  /** Its family. */
  readonly pattern: string;
  /** Which kind, where the pattern has several. */
  readonly kind?: string;
  readonly as?: string;
  /** Parameters, written as in a scenario file; the others have their defaults. */
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface ParamProblem {
  /** Dots lead into a record; '' stands for all of them together. */
  readonly param: string;
  readonly message: string;
}

/** A definition that can make its object from parameter values. */
export interface Makes<F extends Fields, T, Context = void> extends Definition<F> {
  readonly create: (values: ValuesOf<F>, context: Context) => T;
}

/**
 * Declares a definition whose `create` receives exactly the declared parameters.
 * The family fixes what `create` returns and which context it is given.
 */
export function define<const F extends Fields, T, Context = void>(definition: Makes<F, T, Context>): Makes<F, T, Context> {
  return definition;
}

/**
 * A definition whose parameter types have been forgotten, as registries hold them. `create` is declared as a method
 * so that definitions of different parameters may stand in one list; only `scenario/` calls it, with checked values.
 */
export interface AnyMakes<T = unknown, Context = never> extends Definition {
  create(values: never, context: Context): T;
}
