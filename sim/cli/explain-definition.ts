import type { ReferenceEntry, ReferenceParam } from '../catalogue/reference.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const INDENT = '  ';

/** A definition for people: what it is, when to use it, its parameters with their defaults. */
export function explainDefinition({ title, family, kind, about, notes, states, layers, params }: ReferenceEntry, style: Style): string[] {
  return [
    `${style.paint('strong', title)}  (${family === kind ? family : `${family}, ${kind}`})`,
    ...wrap(about, INDENT),
    ...notes.flatMap(([label, text]) => wrap(`${label}: ${text}`, INDENT)),
    ...(states.length === 0 ? [] : ['', style.paint('strong', 'States')]),
    ...states.flatMap(({ from, to, when }) => wrap(`${from} -> ${to}: ${when}`, INDENT)),
    ...(layers.length === 0 ? [] : ['', style.paint('strong', 'Layers, outermost first')]),
    ...layers.flatMap((layer) => wrap(layer, INDENT)),
    ...(params.length === 0 ? [] : ['', style.paint('strong', 'Parameters')]),
    ...params.flatMap((param) => explainParam(param, INDENT)),
  ];
}

function explainParam({ name, facts, about, source, isShorthand, choices, fields }: ReferenceParam, indent: string): string[] {
  const origin = source === undefined ? '' : ` Source: ${source}.`;
  const shorthand = isShorthand ? ' A bare value stands for it.' : '';
  const deeper = `${indent}${INDENT}`;
  return [
    ...wrap(`${name}: ${facts}`, indent),
    ...wrap(`${about}${shorthand}${origin}`, deeper),
    ...choices.flatMap(([word, what]) => wrap(`${word}: ${what}`, deeper)),
    ...fields.flatMap((field) => explainParam(field, deeper)),
  ];
}
