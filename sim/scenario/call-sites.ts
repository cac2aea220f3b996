/** Reads uses of dependencies: `orders`, `{call: orders, operation: read}`, or a target with the rest beside it. */
import { address, text } from '../catalogue/param.ts';
import { asMapping, mappingOf, SITE_FIELDS } from './fields.ts';
import { below, ownName, type Place, type Reader, valueOf } from './reader.ts';
import { readAddress } from './scalars.ts';
import type { CallSiteUse, LayerUse } from './scenario.ts';
import type { MappingNode, SourceNode } from './source.ts';
import { found } from './wording.ts';

const TARGET = address({ of: 'component', about: 'The component that is called.' });
const WHOLE_FIELDS = { call: text({ about: 'The component that is called.' }), ...SITE_FIELDS };

/** See `Reader.site`. */
export function readSite(
  reader: Reader,
  target: SourceNode,
  place: Place,
  beside?: { readonly mapping: MappingNode; readonly place: Place },
): CallSiteUse {
  if (beside !== undefined) {
    return readParts(reader, target, place, partsOf(beside.mapping), beside.place);
  }
  const mapping = target.kind === 'scalar' ? mappingOf('call', target) : asMapping(target);
  const call = mapping === undefined ? undefined : valueOf(mapping, 'call');
  if (mapping === undefined || call === undefined) {
    reader.problems.add(target, place.path, `expected the name of a component, or {call: name, …}; found ${found(target)}`);
    return { address: '', target: '', operation: '', idempotent: false, idempotencyKey: 'none', cancelDownstream: false, patterns: [] };
  }
  const callPlace = target.kind === 'scalar' ? place : below(place, 'call');
  return readParts(reader, call, callPlace, mapping, place, WHOLE_FIELDS);
}

/** Of a mapping that also has other things, what belongs to the call site. */
function partsOf(mapping: MappingNode): MappingNode {
  return { ...mapping, entries: mapping.entries.filter(({ name }) => Object.hasOwn(SITE_FIELDS, name)) };
}

function readParts(
  reader: Reader,
  targetNode: SourceNode,
  targetPlace: Place,
  parts: MappingNode,
  place: Place,
  fields: typeof SITE_FIELDS = SITE_FIELDS,
): CallSiteUse {
  const target = readAddress(reader, TARGET, targetNode, targetPlace);
  const siteAddress = `${place.owner}/${ownName(reader, parts, target, place)}`;
  reader.claim(siteAddress, valueOf(parts, 'as') ?? targetNode, targetPlace.path);
  const values = reader.fields(fields, parts, { ...place, owner: siteAddress, side: 'caller' }, 'call');
  const site: CallSiteUse = {
    address: siteAddress,
    target,
    operation: (values['operation'] as string | undefined) ?? '',
    idempotent: values['idempotent'] as boolean,
    idempotencyKey: values['idempotencyKey'] as CallSiteUse['idempotencyKey'],
    cancelDownstream: values['cancelDownstream'] as boolean,
    patterns: (values['patterns'] ?? []) as readonly LayerUse[],
  };
  const operation = valueOf(parts, 'operation');
  const operationPath = operation === undefined ? targetPlace.path : below(place, 'operation').path;
  reader.references.push({ at: operation ?? targetNode, path: operationPath, to: { kind: 'operation', site } });
  return site;
}
