/** A compiled system as plain data: what the page draws and `explain` prints. */

export interface SystemDescription {
  readonly title: string;
  readonly story: string;
  readonly seed: string;
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly bucketNs: number;
  /** After so many events a run is given up. */
  readonly maxEvents: number;
  readonly components: readonly ComponentDescription[];
  readonly sites: readonly SiteDescription[];
  readonly faults: readonly FaultDescription[];
  readonly network: readonly ParamInForce[];
  readonly variants: readonly VariantDescription[];
}
/** A parameter, defaults included, written as a person would write it in a scenario. */
export interface ParamInForce {
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}
export interface ComponentDescription {
  readonly name: string;
  /** client, service, database … */
  readonly kind: string;
  readonly title: string;
  /** 0 for clients. */
  readonly instances: number;
  /** Threads or connections of one instance; Infinity when unlimited. */
  readonly capacity: number;
  readonly queueCapacity: number;
  /** Algorithm of the balancer in front of it, or ''. */
  readonly balancer: string;
  /** Patterns in front of the pool, outermost first. */
  readonly layers: readonly LayerDescription[];
  /** Steps of its handlers, nested ones after the step that holds them. */
  readonly steps: readonly StepDescription[];
  readonly params: readonly ParamInForce[];
}
export interface StepDescription {
  readonly address: string;
  readonly kind: string;
  readonly title: string;
  readonly params: readonly ParamInForce[];
}
/** A call site: an edge of the picture. */
export interface SiteDescription {
  readonly address: string;
  readonly from: string;
  readonly to: string;
  readonly operation: string;
  /** Outermost first. */
  readonly layers: readonly LayerDescription[];
  readonly params: readonly ParamInForce[];
}
export interface LayerDescription {
  readonly address: string;
  readonly family: string;
  readonly kind: string;
  readonly title: string;
  /** What the pattern does, in a sentence. */
  readonly about: string;
  readonly enabled: boolean;
  readonly params: readonly ParamInForce[];
}
export interface FaultDescription {
  /** Address by which variants and switches name it: `faults/<name>`. */
  readonly address: string;
  readonly kind: string;
  readonly title: string;
  /** What it does, in a sentence. */
  readonly about: string;
  readonly targets: readonly string[];
  readonly enabled: boolean;
  readonly atNs: number;
  /** Infinity when it never heals. */
  readonly endNs: number;
  readonly params: readonly ParamInForce[];
}
export interface VariantDescription {
  readonly name: string;
  readonly about: string;
}
