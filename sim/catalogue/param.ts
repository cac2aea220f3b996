/**
 * Parameter kinds, as data. A definition (pattern, component, fault, step, distribution …) lists its parameters with
 * these builders; from that list come the schema and its messages, the defaults, the forms of the page, `explain`
 * and the reference tables. Nothing here knows a registry: a parameter that holds another definition names the family
 * only, and `scenario/` resolves it.
 */
import type { Quantity } from './units.ts';

/** What a duration, rate or weight drawn at random looks like to its user: an object that draws from a key. */
export interface Sampled {
  /** Exact mean, in the unit of the parameter. */
  readonly mean: number;
  /** Draws the value that belongs to key `at` of `keys` and to `purpose`; the same arguments give the same value. */
  sample(keys: Int32Array, at: number, purpose: number): number;
}

/** Everything a parameter may say about itself besides its kind. */
export interface ParamNotes {
  /** One sentence: what it does. */
  readonly about: string;
  /** Where name and default come from (library and version, paper, or source chapter). */
  readonly source?: string;
}

interface ParamOf<Kind extends string> extends ParamNotes {
  readonly kind: Kind;
  /**
   * Absent means that the parameter is required, unless `optional` is true. Written as in a scenario file
   * (`{ exponential: { base: '100ms' } }`), but a number is in the simulator's own unit.
   */
  readonly default?: unknown;
  /** May be left out without a default; `create` then receives undefined. */
  readonly optional?: boolean;
}

/** What the enclosing distribution draws: in `{of: 'duration'}`, the mean of an exponential is a duration. */
export type Drawn = 'drawn';

export interface AmountParam extends ParamOf<'amount'> {
  readonly quantity: Quantity | Drawn;
  readonly min?: number;
  readonly max?: number;
  /** True when `min` itself is not allowed. */
  readonly minExclusive?: boolean;
  /** What a bare number means, which is accepted because the copied library has a unit of its own. */
  readonly bareUnit?: { readonly name: string; readonly factor: number };
  /** The word `unlimited` (Infinity) is accepted. */
  readonly unlimited?: boolean;
}
export interface NumberParam extends ParamOf<'number'> {
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly minExclusive?: boolean;
  readonly maxExclusive?: boolean;
  readonly unlimited?: boolean;
  /** Unit in words, for the reader: `calls`, `threads`. */
  readonly unit?: string;
}
export interface ChoiceParam extends ParamOf<'choice'> {
  readonly values: Readonly<Record<string, string>>;
}
export interface FlagParam extends ParamOf<'flag'> {}
export interface TextParam extends ParamOf<'text'> {}
/** A value drawn at random: `{exponential: 20ms}`, `{lognormal: {mean: 4ms, cv: 0.6}}`, or a bare amount (constant). */
export interface DistributionParam extends ParamOf<'distribution'> {
  readonly quantity: Quantity | 'number' | Drawn;
}
/** One definition of a family, written as `{kindName: {…}}` or, for a definition without required parameters, `kindName`. */
export interface OneOfParam extends ParamOf<'oneOf'> {
  readonly family: string;
}
/** Names a component of the system (of one of the component kinds), or of a call site or layer. */
export interface AddressParam extends ParamOf<'address'> {
  readonly of: 'component' | 'instances' | 'callSite' | 'layer';
  readonly componentKinds?: readonly string[];
}
/** A list of handler steps. */
export interface StepsParam extends ParamOf<'steps'> {}
/** A use of a dependency: target, operation and patterns; a bare name is the target. */
export interface CallSiteParam extends ParamOf<'callSite'> {
  /** The parameter is the target alone; operation, patterns and the rest stand beside it: `{call: orders, operation: read}`. */
  readonly inline?: boolean;
  /** What the target must be; absent: any server. */
  readonly componentKinds?: readonly string[];
}
/** Layers, outermost first. */
export interface PatternsParam extends ParamOf<'patterns'> {}
export interface ListParam extends ParamOf<'list'> {
  readonly item: Param;
  readonly minItems?: number;
}
export interface RecordParam extends ParamOf<'record'> {
  readonly fields: Fields;
  /** Written alone, a scalar stands for this field. */
  readonly shorthand?: string;
}
/** Free keys, all values of one kind: `{gold: {weight: 1}, free: {weight: 9}}`. */
export interface MapParam extends ParamOf<'map'> {
  readonly value: Param;
}
/** Causes of failure by name, see resilience/outcome.ts. */
export interface CausesParam extends ParamOf<'causes'> {}

export type Param =
  | AmountParam
  | NumberParam
  | ChoiceParam
  | FlagParam
  | TextParam
  | DistributionParam
  | OneOfParam
  | AddressParam
  | StepsParam
  | CallSiteParam
  | PatternsParam
  | ListParam
  | RecordParam
  | MapParam
  | CausesParam;

export type Fields = Readonly<Record<string, Param>>;

/** True when a scenario must give the parameter. */
export function isRequired(param: Param): boolean {
  return param.default === undefined && param.optional !== true;
}

/** The typed form of a parameter: `P & Typed<T>` lets `create` know that it receives a T. Never present at run time. */
export interface Typed<T> {
  readonly __type?: T;
}
/** The object `create` receives for a list of fields. */
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Typed<infer T> ? T : never };

type Notes<T> = ParamNotes & { readonly default?: T; readonly optional?: boolean };
/** Optional parameters may be undefined in `create`. */
type Given<N, T> = N extends { readonly optional: true } ? T | undefined : T;

type AmountNotes = Notes<number> & Partial<Pick<AmountParam, 'min' | 'max' | 'minExclusive' | 'bareUnit' | 'unlimited'>>;

/** A length of time; `create` receives nanoseconds. */
export function duration<const N extends AmountNotes>(notes: N): AmountParam & Typed<Given<N, number>> {
  return { min: 0, ...notes, kind: 'amount', quantity: 'duration' };
}
/** Events per second. */
export function rate<const N extends AmountNotes>(notes: N): AmountParam & Typed<Given<N, number>> {
  return { min: 0, ...notes, kind: 'amount', quantity: 'rate' };
}
/** A share, written `5%`; `create` receives 0..1. */
export function ratio<const N extends AmountNotes>(notes: N): AmountParam & Typed<Given<N, number>> {
  return { min: 0, max: 1, ...notes, kind: 'amount', quantity: 'ratio' };
}
/** Bytes. */
export function size<const N extends AmountNotes>(notes: N): AmountParam & Typed<Given<N, number>> {
  return { min: 0, ...notes, kind: 'amount', quantity: 'size' };
}

type NumberNotes = Notes<number> & Partial<Pick<NumberParam, 'min' | 'max' | 'minExclusive' | 'maxExclusive' | 'unlimited' | 'unit'>>;

/** A whole number. */
export function count<const N extends NumberNotes>(notes: N): NumberParam & Typed<Given<N, number>> {
  return { min: 0, ...notes, kind: 'number', integer: true };
}
/** A plain number, such as a factor. */
export function number<const N extends NumberNotes>(notes: N): NumberParam & Typed<Given<N, number>> {
  return { ...notes, kind: 'number', integer: false };
}
/** One word of a closed set; each word with its own explanation. */
export function choice<const V extends Readonly<Record<string, string>>, const N extends Notes<keyof V & string>>(
  values: V,
  notes: N,
): ChoiceParam & Typed<Given<N, keyof V & string>> {
  return { ...notes, kind: 'choice', values };
}
/** An amount of what the enclosing distribution draws; for the parameters of distributions. */
export function drawn<const N extends AmountNotes>(notes: N): AmountParam & Typed<Given<N, number>> {
  return { min: 0, ...notes, kind: 'amount', quantity: 'drawn' };
}
export function flag<const N extends Notes<boolean>>(notes: N): FlagParam & Typed<Given<N, boolean>> {
  return { ...notes, kind: 'flag' };
}
export function text<const N extends Notes<string>>(notes: N): TextParam & Typed<Given<N, string>> {
  return { ...notes, kind: 'text' };
}
/** A value drawn at random; `create` receives an object with `sample` and `mean`, in the unit of the quantity. */
export function distribution<const N extends Notes<unknown> & { readonly of: Quantity | 'number' | Drawn }>(
  notes: N,
): DistributionParam & Typed<Given<N, Sampled>> {
  return { ...notes, kind: 'distribution', quantity: notes.of };
}
/** One definition of a family; `create` receives what that definition's `create` returned. */
export function oneOf<T>(family: string): <const N extends Notes<unknown>>(notes: N) => OneOfParam & Typed<Given<N, T>> {
  return (notes) => ({ ...notes, kind: 'oneOf', family });
}
/** Handler steps; `create` receives what the compiler makes of them. */
export function steps<T>(): <const N extends Notes<readonly unknown[]>>(notes: N) => StepsParam & Typed<Given<N, T>> {
  return (notes) => ({ ...notes, kind: 'steps' });
}
/** A use of a dependency; `create` receives what the compiler makes of it. */
export function callSite<T>(): <const N extends Notes<unknown> & Pick<CallSiteParam, 'inline' | 'componentKinds'>>(
  notes: N,
) => CallSiteParam & Typed<Given<N, T>> {
  return (notes) => ({ ...notes, kind: 'callSite' });
}
/** Layers, outermost first; `create` receives what the compiler makes of them. */
export function patterns<T>(): <const N extends Notes<readonly unknown[]>>(notes: N) => PatternsParam & Typed<Given<N, T>> {
  return (notes) => ({ ...notes, kind: 'patterns' });
}
export function address<const N extends Notes<string> & Pick<AddressParam, 'of'> & Partial<Pick<AddressParam, 'componentKinds'>>>(
  notes: N,
): AddressParam & Typed<Given<N, string>> {
  return { ...notes, kind: 'address' };
}
export function list<P extends Param, const N extends Notes<readonly unknown[]> & { readonly minItems?: number }>(
  item: P,
  notes: N,
): ListParam & Typed<Given<N, readonly (P extends Typed<infer T> ? T : never)[]>> {
  return { ...notes, kind: 'list', item };
}
export function record<F extends Fields, const N extends Notes<unknown> & { readonly shorthand?: string }>(
  fields: F,
  notes: N,
): RecordParam & Typed<Given<N, ValuesOf<F>>> {
  return { ...notes, kind: 'record', fields };
}
export function mapOf<P extends Param, const N extends Notes<unknown>>(
  value: P,
  notes: N,
): MapParam & Typed<Given<N, Readonly<Record<string, P extends Typed<infer T> ? T : never>>>> {
  return { ...notes, kind: 'map', value };
}
/** Causes of failure; `create` receives their numbers. */
export function causes<const N extends Notes<readonly string[]>>(notes: N): CausesParam & Typed<Given<N, readonly number[]>> {
  return { ...notes, kind: 'causes' };
}
