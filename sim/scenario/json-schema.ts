/**
 * The language as a JSON Schema (draft 7), for completion and hints in editors. It is made from the same definitions as
 * the parser, but it says less: addresses, checks between parameters and the names in a scenario are the parser's alone.
 */
import type { Definition, StackLayer } from '../catalogue/definition.ts';
import { type AmountParam, type Fields, isRequired, type NumberParam, type Param } from '../catalogue/param.ts';
import { type Quantity, unitsOf, UNLIMITED } from '../catalogue/units.ts';
import { OUTCOME_GROUPS, OUTCOMES } from '../resilience/outcome.ts';
import { FAULT_FIELDS } from './faults.ts';
import { isInline, SITE_FIELDS } from './fields.ts';
import { layerFields } from './layers.ts';
import { OBJECTIVE_FIELDS } from './objectives.ts';
import { holdsParts } from './parts.ts';
import { FORMAT_VERSION, SCENARIO_FIELDS } from './parse.ts';
import type { Registries } from './language.ts';
import { registries } from './registries.ts';
import { layerName, OFF, STACK } from './stacks.ts';
import { STEP_FIELDS } from './steps.ts';
import { VARIANT_FIELDS } from './variants.ts';
import { Vocabulary } from './vocabulary.ts';
import { formatDefault } from './written-default.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export function jsonSchema(language: Registries = registries): JsonSchema {
  return new SchemaWriter(new Vocabulary(language)).document();
}

const DIGITS = '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?';
const QUANTITIES: readonly Quantity[] = ['duration', 'rate', 'ratio', 'size'];
/** Names of outcomes and of groups of them; a status is a number for YAML. */
const OUTCOME_WORDS = [...OUTCOMES.map(({ name }) => name), ...OUTCOME_GROUPS.keys()].map((word) => (/^\d+$/.test(word) ? Number(word) : word));
const WORD = { type: ['string', 'number'] };

class SchemaWriter {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  document(): JsonSchema {
    const { system, network, faults, variants, objectives, expect } = this.#sections();
    const own = this.#fields(SCENARIO_FIELDS, 'duration');
    return {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Faultline scenario',
      ...own,
      required: [...own.required, 'system'],
      properties: { ...own.properties, faultline: { const: FORMAT_VERSION }, system, network, faults, variants, objectives, expect },
      definitions: this.#definitions(),
    };
  }

  #sections(): Readonly<Record<'system' | 'network' | 'faults' | 'variants' | 'objectives' | 'expect', JsonSchema>> {
    const variant = this.#fields(VARIANT_FIELDS, 'duration');
    return {
      system: {
        description: 'The components, by name.',
        type: 'object',
        propertyNames: { pattern: '^[a-z][a-z0-9-]*$' },
        additionalProperties: ref('component'),
        minProperties: 1,
      },
      network: { description: 'Latency and loss between components.', ...this.#fields(this.#vocabulary.network, 'duration') },
      faults: { description: 'What goes wrong, and when.', type: 'array', items: ref('fault') },
      variants: {
        description: 'The same system with other switches and parameters, to be compared on the same traffic.',
        type: 'object',
        additionalProperties: {
          ...variant,
          type: ['object', 'null'],
          properties: { ...variant.properties, set: { description: 'Parameters to set: address, dot, parameter.', type: 'object' } },
        },
      },
      objectives: { description: 'What users are promised.', type: 'array', items: this.#fields(OBJECTIVE_FIELDS, 'duration') },
      expect: {
        description: 'What must hold in a variant, or of the difference between two: availability >= 95%, recovery = never.',
        type: 'object',
        additionalProperties: { type: 'array', items: { type: 'string' } },
      },
    };
  }

  /** Everything that is referred to by name. */
  #definitions(): Readonly<Record<string, JsonSchema>> {
    const families = new Set(this.#vocabulary.families);
    for (const own of ['component', 'step', 'fault', 'distribution', ...this.#vocabulary.patternFamilies]) families.delete(own);
    const drawn = [...QUANTITIES, 'number'] as const;
    return {
      ...Object.fromEntries(QUANTITIES.map((quantity) => [quantity, amountSchema(quantity)])),
      ...Object.fromEntries(drawn.map((quantity) => [`distribution-${quantity}`, this.#distribution(quantity)])),
      ...Object.fromEntries([...families].map((family) => [`family-${family}`, this.#family(family)])),
      component: this.#byKind(this.#vocabulary.definitionsOf('component'), ({ params }) => params),
      fault: this.#fault(),
      step: this.#step(),
      steps: { type: 'array', items: ref('step') },
      ...Object.fromEntries([...this.#vocabulary.stacks.values()].flatMap(({ layers }) => layers.map((layer) => [stackLayerName(layer), this.#stackLayer(layer)]))),
      pattern: this.#pattern(),
      patterns: { type: 'array', items: ref('pattern') },
      callSite: this.#callSite(),
    };
  }

  #distribution(drawn: Quantity | 'number'): JsonSchema {
    const constant = drawn === 'number' ? { type: 'number' } : ref(drawn);
    return { anyOf: [constant, this.#family('distribution', drawn)] };
  }

  /** `kind`, or `{kind: parameters}`. */
  #family(family: string, drawn: Quantity | 'number' = 'number'): JsonSchema {
    const definitions = this.#vocabulary.definitionsOf(family);
    const bare = definitions.filter(({ params }) => !Object.values(params).some(isRequired)).map(({ kind }) => kind);
    const written = oneKey(definitions.map((definition) => [definition.kind, this.#parameters(definition, definition.params, drawn)]));
    return either([...(bare.length === 0 ? [] : [{ enum: bare }]), written]);
  }

  /** The parameters of a definition, or the value that its shorthand takes. */
  #parameters(definition: Definition, fields: Fields, drawn: Quantity | 'number'): JsonSchema {
    const description = `${definition.title}. ${definition.about}`;
    const object = this.#fields(fields, drawn);
    const empty = object.required.length === 0 ? [{ type: 'null' }] : [];
    return { description, ...either([object, ...empty, ...this.#bareValue(definition.params, definition.shorthand, drawn)]) };
  }

  /** What may be written in place of a mapping: the value of one of its fields, if that is its shorthand. */
  #bareValue(fields: Fields, shorthand: string | undefined, drawn: Quantity | 'number'): readonly JsonSchema[] {
    const short = shorthand === undefined ? undefined : fields[shorthand];
    return short === undefined ? [] : [this.#param(short, drawn)];
  }

  /** A mapping whose key `kind` decides which other keys there are. */
  #byKind<D extends Definition>(definitions: readonly D[], fieldsOf: (definition: D) => Fields): JsonSchema {
    return {
      type: 'object',
      required: ['kind'],
      properties: { kind: { enum: definitions.map(({ kind }) => kind) } },
      allOf: definitions.map((definition) => {
        const { kind } = definition;
        const { properties, ...object } = this.#fields(fieldsOf(definition), 'duration');
        return { if: { properties: { kind: { const: kind } } }, then: { ...object, properties: { ...properties, kind: { const: kind } } } };
      }),
    };
  }

  #fault(): JsonSchema {
    const own = this.#fields(FAULT_FIELDS, 'duration');
    const definitions = this.#vocabulary.definitionsOf('fault');
    const faults = definitions.map((definition) => [definition.kind, this.#parameters(definition, definition.params, 'duration')] as const);
    return {
      ...own,
      properties: { ...own.properties, ...Object.fromEntries(faults) },
      anyOf: definitions.map(({ kind }) => ({ required: [kind] })),
    };
  }

  #step(): JsonSchema {
    return {
      anyOf: this.#vocabulary.definitionsOf('step').map((definition) => {
        const { kind, title, about, params, shorthand } = definition;
        const { [shorthand ?? '']: short, ...others } = params;
        const rest = this.#fields({ ...others, ...STEP_FIELDS, ...(short !== undefined && isInline(short) ? SITE_FIELDS : {}) }, 'duration');
        const value = short === undefined ? this.#parameters(definition, params, 'duration') : this.#param(short, 'duration');
        return {
          ...rest,
          description: `${title}. ${about}`,
          required: [kind, ...rest.required],
          properties: { ...rest.properties, [kind]: value },
        };
      }),
    };
  }

  #pattern(): JsonSchema {
    const families = this.#vocabulary.patternFamilies.map((family) => {
      const kinds = [...(this.#vocabulary.patternKinds(family)?.values() ?? [])];
      const [only] = kinds;
      const single = kinds.length === 1 && only !== undefined;
      const schema = single
        ? this.#parameters(only, layerFields(only), 'duration')
        : this.#byKind(kinds, layerFields);
      return { family, schema, bare: single && !Object.values(only.params).some(isRequired) };
    });
    return {
      anyOf: [
        { enum: families.filter(({ bare }) => bare).map(({ family }) => family) },
        oneKey([...families.map(({ family, schema }) => [family, schema] as const), [STACK, this.#stack()]]),
      ],
    };
  }

  /** The name of a stack, or its name with what is different in its layers. */
  #stack(): JsonSchema {
    const stacks = [...this.#vocabulary.stacks.values()];
    return {
      description: 'Several patterns, in the order in which a library or a platform puts them around a call.',
      anyOf: [
        { enum: stacks.map(({ kind }) => kind) },
        {
          type: 'object',
          required: ['kind'],
          properties: { kind: { enum: stacks.map(({ kind }) => kind) } },
          allOf: stacks.map(({ kind, title, about, layers }) => ({
            if: { properties: { kind: { const: kind } } },
            then: {
              description: `${title}. ${about}`,
              properties: { kind: { const: kind }, ...Object.fromEntries(layers.map((layer) => [layerName(layer), ref(stackLayerName(layer))])) },
              additionalProperties: false,
            },
          })),
        },
      ],
    };
  }

  /** Some of the parameters of the layer's pattern, the value for its shorthand, or `off`. */
  #stackLayer({ pattern, kind }: StackLayer): JsonSchema {
    const definition = this.#vocabulary.pattern(pattern, kind)!;
    const { properties } = this.#fields(layerFields(definition), 'duration');
    const object = { type: 'object', properties: { ...properties, kind: WORD } };
    return { description: `${definition.title}. ${definition.about}`, anyOf: [{ const: OFF }, object, ...this.#bareValue(definition.params, definition.shorthand, 'duration')] };
  }

  #callSite(): JsonSchema {
    const object = this.#fields(SITE_FIELDS, 'duration');
    return {
      anyOf: [WORD, { ...object, required: ['call'], properties: { call: { ...WORD, description: 'The component that is called.' }, ...object.properties } }],
    };
  }

  #fields(fields: Fields, drawn: Quantity | 'number') {
    const all = Object.values(fields).some(isInline) ? { ...fields, ...SITE_FIELDS } : fields;
    return {
      type: 'object',
      required: Object.entries(all).flatMap(([name, param]) => (isRequired(param) ? [name] : [])),
      properties: Object.fromEntries(Object.entries(all).map(([name, param]) => [name, this.#described(param, drawn)])),
      additionalProperties: false,
    };
  }

  #described(param: Param, drawn: Quantity | 'number'): JsonSchema {
    const otherwise = holdsParts(param) ? undefined : formatDefault(param, this.#vocabulary);
    const description = otherwise === undefined || otherwise === '""' ? param.about : `${param.about} Default: ${otherwise}.`;
    const schema = this.#param(param, drawn);
    // In draft 7, whatever stands beside $ref is ignored.
    return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema };
  }

  #param(param: Param, drawn: Quantity | 'number'): JsonSchema {
    switch (param.kind) {
      case 'amount':
        return amountParam(param, param.quantity === 'drawn' ? drawn : param.quantity);
      case 'number':
        return numberParam(param);
      case 'choice':
        return { enum: Object.keys(param.values) };
      case 'flag':
        return { type: 'boolean' };
      case 'text':
      case 'address':
        return WORD;
      case 'causes':
        return { type: 'array', items: { enum: OUTCOME_WORDS } };
      case 'distribution':
        return ref(`distribution-${param.quantity === 'drawn' ? drawn : param.quantity}`);
      case 'oneOf':
        return ref(`family-${param.family}`);
      case 'list':
        return { type: 'array', items: this.#param(param.item, drawn), ...(param.minItems === undefined ? {} : { minItems: param.minItems }) };
      case 'record':
        return either([this.#fields(param.fields, drawn), ...this.#bareValue(param.fields, param.shorthand, drawn)]);
      case 'map':
        return { type: 'object', additionalProperties: this.#param(param.value, drawn) };
      case 'steps':
        return ref('steps');
      case 'patterns':
        return ref('patterns');
      case 'callSite':
        return isInline(param) ? WORD : ref('callSite');
    }
  }
}

function stackLayerName({ pattern, kind }: StackLayer): string {
  return kind === undefined ? `stack-layer-${pattern}` : `stack-layer-${pattern}-${kind}`;
}

function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

function either(choices: readonly JsonSchema[]): JsonSchema {
  return choices.length === 1 ? choices[0]! : { anyOf: choices };
}

/** A mapping of exactly one key. */
function oneKey(properties: readonly (readonly [name: string, schema: JsonSchema])[]): JsonSchema {
  return { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: false, properties: Object.fromEntries(properties) };
}

function amountSchema(quantity: Quantity): JsonSchema {
  const units = unitsOf(quantity).join('|');
  const multiplier = quantity === 'rate' ? '[kM]?' : '';
  return { type: 'string', pattern: `^\\s*${DIGITS}\\s*${multiplier}(${units})\\s*$` };
}

function amountParam(param: AmountParam, quantity: Quantity | 'number'): JsonSchema {
  if (quantity === 'number') return numberParam({ ...param, kind: 'number', integer: false });
  return either([ref(quantity), ...(param.unlimited === true ? [{ const: UNLIMITED }] : []), ...(param.bareUnit === undefined ? [] : [{ type: 'number' }])]);
}

function numberParam({ integer, min, max, minExclusive, maxExclusive, unlimited, unit }: NumberParam): JsonSchema {
  const number = {
    type: integer ? 'integer' : 'number',
    ...(min === undefined ? {} : { [minExclusive === true ? 'exclusiveMinimum' : 'minimum']: min }),
    ...(max === undefined ? {} : { [maxExclusive === true ? 'exclusiveMaximum' : 'maximum']: max }),
  };
  return either([number, ...(unlimited === true ? [{ const: UNLIMITED }] : []), ...(unit === '%' ? [ref('ratio')] : [])]);
}
