/** Turns definitions into plain data that survives structured cloning: what the page, `explain` and the docs read. */
import type { Definition, StackLayer, StateTransition } from './definition.ts';
import type { Fields, Param } from './param.ts';

export interface ParamDescription {
  readonly name: string;
  readonly about: string;
  readonly source?: string;
  readonly required: boolean;
  readonly default?: unknown;
  /** The parameter itself without functions, for forms. */
  readonly param: Param;
}

export interface Description {
  readonly family: string;
  readonly kind: string;
  readonly title: string;
  readonly about: string;
  readonly source: string;
  readonly params: readonly ParamDescription[];
  readonly shorthand?: string;
  readonly useWhen?: string;
  readonly avoidWhen?: string;
  readonly differs?: string;
  readonly states?: readonly StateTransition[];
  readonly layers?: readonly StackLayer[];
}

/** True when a scenario must give the parameter. */
export function isRequired(param: Param): boolean {
  return param.default === undefined && param.optional !== true;
}

export function describe(definition: Definition): Description {
  const { family, kind, title, about, source, shorthand, useWhen, avoidWhen, differs, states, layers } = definition;
  return {
    family,
    kind,
    title,
    about,
    source,
    params: describeFields(definition.params),
    ...(shorthand === undefined ? {} : { shorthand }),
    ...(useWhen === undefined ? {} : { useWhen }),
    ...(avoidWhen === undefined ? {} : { avoidWhen }),
    ...(differs === undefined ? {} : { differs }),
    ...(states === undefined ? {} : { states }),
    ...(layers === undefined ? {} : { layers }),
  };
}

export function describeFields(fields: Fields): ParamDescription[] {
  return Object.entries(fields).map(([name, param]) => ({
    name,
    about: param.about,
    ...(param.source === undefined ? {} : { source: param.source }),
    required: isRequired(param),
    ...(param.default === undefined ? {} : { default: param.default }),
    param,
  }));
}
