/**
 * What the functions that read parameter values share. Values nest without end (a step holds steps, a layer holds a call
 * site with layers), so each function gets the reader, which knows them all, and imports none of the others.
 */
import type { Fields, Param } from '../catalogue/param.ts';
import type { Quantity } from '../catalogue/units.ts';
import type { ProblemList } from './problem-list.ts';
import type { CallSiteUse, Value, Values } from './scenario.ts';
import type { MappingNode, SourceNode, Span } from './source.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Where a value stands. */
export interface Place {
  /** In the document: `system.api.handler[1]`. */
  readonly path: string;
  /** Address below which call sites, steps and layers get theirs: a component, a call site or a layer. */
  readonly owner: string;
  /** Which patterns may stand here: those of a call site, or those in front of a server's pool. */
  readonly side: 'caller' | 'server';
  /** What the enclosing distribution draws. */
  readonly drawn: Quantity | 'number';
}

export interface Reader {
  readonly vocabulary: Vocabulary;
  readonly problems: ProblemList;
  /** Components of the system: name -> kind. */
  readonly components: ReadonlyMap<string, string>;
  /** To be checked when the whole system is known. */
  readonly references: Reference[];
  /** Reads a value. Where it is wrong a problem is added, and what is returned is of no use. */
  value(param: Param, node: SourceNode, place: Place): Value;
  /**
   * Reads a mapping of named parameters, defaults filled in.
   * @param owner whose parameters they are, for messages   @param others names in the same mapping that are read elsewhere
   */
  fields(fields: Fields, node: SourceNode, place: Place, owner: string, others?: readonly string[]): Values;
  /** Reads a use of a dependency. @param beside the mapping in which operation, patterns and so on stand, if not below */
  site(target: SourceNode, place: Place, beside?: { readonly mapping: MappingNode; readonly place: Place }): CallSiteUse;
  /** Takes an address for itself; a second claim is a problem. */
  claim(address: string, at: Span, path: string): void;
}

/** A mention of something that may be declared further down in the text. */
export interface Reference {
  readonly at: Span;
  readonly path: string;
  readonly to:
    | { readonly kind: 'callSite' | 'layer'; readonly address: string }
    | { readonly kind: 'operation'; readonly site: CallSiteUse };
}

/** The place of a named part. */
export function below(place: Place, name: string): Place {
  return { ...place, path: place.path === '' ? name : `${place.path}.${name}` };
}

/** The place of the n-th item of a list. */
export function itemOf(place: Place, index: number): Place {
  return { ...place, path: `${place.path}[${index}]` };
}

/** Names of components, and those given with `as`. */
export const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
export const NAME_RULE = 'a name has letters, digits and hyphens, and begins with a letter';

/** The value of a key, if the mapping has it. */
export function valueOf(node: SourceNode, name: string): SourceNode | undefined {
  return node.kind === 'mapping' ? node.entries.find((entry) => entry.name === name)?.value : undefined;
}

/** The name that a mapping gives itself with `as`, or else `otherwise`. */
export function ownName(reader: Reader, node: SourceNode, otherwise: string, place: Place): string {
  const as = valueOf(node, 'as');
  // What is no text at all is noticed where the parameters are read.
  if (as?.kind !== 'scalar') return otherwise;
  if (NAME.test(as.text)) return as.text;
  reader.problems.add(as, below(place, 'as').path, NAME_RULE);
  return otherwise;
}
