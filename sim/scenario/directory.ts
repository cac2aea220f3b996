/** Everything in a scenario that has an address, by its address. */
import { nearest } from './nearest.ts';
import type { CallSiteUse, ComponentUse, FaultUse, LayerUse, Scenario, StepUse } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';
import { visitUse } from './walk.ts';
import { anyOf, quote } from './wording.ts';

/** A site with the component whose handler, client or pattern makes the call. */
export interface OwnedSite {
  readonly site: CallSiteUse;
  readonly component: string;
}

export interface Directory {
  readonly components: ReadonlyMap<string, ComponentUse>;
  readonly sites: ReadonlyMap<string, OwnedSite>;
  readonly layers: ReadonlyMap<string, LayerUse>;
  readonly steps: ReadonlyMap<string, StepUse>;
  readonly faults: ReadonlyMap<string, FaultUse>;
  /** Addresses that two things have. */
  readonly duplicates: readonly string[];
}

export function directoryOf(scenario: Pick<Scenario, 'components' | 'faults'>, vocabulary: Vocabulary): Directory {
  const components = new Map<string, ComponentUse>();
  const sites = new Map<string, OwnedSite>();
  const layers = new Map<string, LayerUse>();
  const steps = new Map<string, StepUse>();
  const faults = new Map<string, FaultUse>();
  const duplicates: string[] = [];
  const put = <T>(map: Map<string, T>, address: string, thing: T): void => {
    // A step that is a call has the address of its site.
    const others = [components, layers, faults, ...(map === steps ? [] : [sites]), ...(map === sites ? [] : [steps])];
    if (others.some((other) => other.has(address))) duplicates.push(address);
    map.set(address, thing);
  };
  for (const component of scenario.components) {
    put(components, component.name, component);
    visitUse(component, vocabulary, {
      site: (site) => put(sites, site.address, { site, component: component.name }),
      layer: (layer) => put(layers, layer.address, layer),
      step: (step) => put(steps, step.address, step),
    });
  }
  for (const fault of scenario.faults) put(faults, fault.address, fault);
  return { components, sites, layers, steps, faults, duplicates };
}

/** The address of a given kind that is nearest to what was written. */
export function nearestAddress(address: string, directory: Directory, kinds: readonly (keyof Directory)[]): string | undefined {
  return nearest(address, kinds.flatMap((kind) => [...(directory[kind] as ReadonlyMap<string, unknown>).keys()]));
}

export interface Complaint {
  readonly message: string;
  /** The nearest valid word, when there is one. */
  readonly suggestion?: string | undefined;
}

/** What is wrong with the target and operation of a call, or undefined. */
export function siteProblem(site: CallSiteUse, directory: Directory, vocabulary: Vocabulary): Complaint | undefined {
  const target = directory.components.get(site.target);
  const definition = target === undefined ? undefined : vocabulary.findComponent(target.kind);
  if (target === undefined || definition === undefined) return undefined;
  if (definition.role === 'client') return { message: `${site.target} is a client; only servers can be called` };
  const operations = vocabulary.operationsOf(target);
  if (operations.includes(site.operation) || (site.operation === '' && operations.length < 2)) return undefined;
  if (site.operation === '') return { message: `${site.target} offers several operations; name one, as in {operation: ${operations[0]}}: ${anyOf(operations)}` };
  if (operations.length === 0) return { message: `${site.target} has only one operation, which has no name; leave out ${quote(site.operation)}` };
  return { message: `${site.target} has no operation ${quote(site.operation)}; expected ${anyOf(operations)}`, suggestion: nearest(site.operation, operations) };
}
