/** Reads a value of any kind of parameter. */
import type { CallSiteParam, Fields, Param } from '../catalogue/param.ts';
import { unreachable } from '../kernel/assert.ts';
import { readSite } from './call-sites.ts';
import { readDistribution, readOneOf } from './definitions.ts';
import { readFields, readList, readMap, readRecord } from './fields.ts';
import { readLayers } from './layers.ts';
import type { ProblemList } from './problem-list.ts';
import type { StandingPlace } from './places.ts';
import type { Place, Reader, Reference } from './reader.ts';
import { checkComponent, readAddress, readAmount, readCauses, readChoice, readFlag, readNumber, readText } from './scalars.ts';
import type { CallSiteUse, Value, Values } from './scenario.ts';
import type { MappingNode, SourceNode, Span } from './source.ts';
import { readSteps } from './steps.ts';
import type { Vocabulary } from './vocabulary.ts';
import { quote } from './wording.ts';

export class ValueReader implements Reader {
  readonly vocabulary: Vocabulary;
  readonly problems: ProblemList;
  readonly components: ReadonlyMap<string, string>;
  readonly references: Reference[] = [];
  /** Where everything stands that has an address. */
  readonly claims = new Map<string, StandingPlace>();

  constructor(vocabulary: Vocabulary, problems: ProblemList, components: ReadonlyMap<string, string>) {
    this.vocabulary = vocabulary;
    this.problems = problems;
    this.components = components;
  }

  value(param: Param, node: SourceNode, place: Place): Value {
    switch (param.kind) {
      case 'amount':
        return readAmount(this, param, node, place);
      case 'number':
        return readNumber(this, param, node, place);
      case 'choice':
        return readChoice(this, param, node, place);
      case 'flag':
        return readFlag(this, node, place);
      case 'text':
        return readText(this, node, place);
      case 'causes':
        return readCauses(this, node, place);
      case 'address':
        return readAddress(this, param, node, place);
      case 'distribution':
        return readDistribution(this, param, node, place);
      case 'oneOf':
        return readOneOf(this, param, node, place);
      case 'list':
        return readList(this, param, node, place);
      case 'record':
        return readRecord(this, param, node, place);
      case 'map':
        return readMap(this, param, node, place);
      case 'steps':
        return readSteps(this, node, place);
      case 'patterns':
        return readLayers(this, node, place);
      case 'callSite':
        return this.#site(param, node, place);
      default:
        return unreachable(param);
    }
  }

  #site(param: CallSiteParam, node: SourceNode, place: Place): CallSiteUse {
    const site = readSite(this, node, place);
    if (param.componentKinds !== undefined && this.components.has(site.target)) checkComponent(this, site.target, param.componentKinds, node, place);
    return site;
  }

  fields(fields: Fields, node: SourceNode, place: Place, owner: string, others: readonly string[] = []): Values {
    return readFields(this, fields, node, place, owner, others);
  }

  site(target: SourceNode, place: Place, beside?: { readonly mapping: MappingNode; readonly place: Place }): CallSiteUse {
    return readSite(this, target, place, beside);
  }

  claim(address: string, at: Span, path: string): void {
    if (this.claims.has(address)) {
      this.problems.add(at, path, `there are two things with the address ${quote(address)}; name one of them, as in {as: another-name}`);
    }
    this.claims.set(address, { at, path });
  }
}
