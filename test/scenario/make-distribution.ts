/** Makes a distribution from its text, as the compiler does for a parameter. */
import type { DistributionParam, Fields, Param, Sampled } from '../../sim/catalogue/param.ts';
import { distributions } from '../../sim/model/distributions/registry.ts';
import { ProblemList } from '../../sim/scenario/problem-list.ts';
import { registries } from '../../sim/scenario/registries.ts';
import type { DefinitionUse, Value, Values } from '../../sim/scenario/scenario.ts';
import { readSource } from '../../sim/scenario/source.ts';
import { ValueReader } from '../../sim/scenario/values.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';

export function compileDistribution(text: string, quantity: DistributionParam['quantity']): Sampled {
  const problems = new ProblemList(text);
  const node = readSource(text, problems);
  if (node === undefined) throw new Error(`${text} is no YAML`);
  const reader = new ValueReader(new Vocabulary(registries), problems, new Map());
  const param: Param = { kind: 'distribution', quantity, about: '' };
  const use = reader.value(param, node, { path: '', owner: '', side: 'caller', drawn: 'number' });
  if (!problems.isEmpty) throw new Error(problems.sorted()[0]?.message);
  return make(use as DefinitionUse);
}

function make({ kind, values }: DefinitionUse): Sampled {
  const definition = distributions.find((each) => each.kind === kind);
  if (definition === undefined) throw new Error(`there is no distribution ${kind}`);
  return definition.create(madeValues(values, definition.params) as never);
}

function madeValues(values: Values, fields: Fields): unknown {
  return Object.fromEntries(Object.entries(fields).map(([name, param]) => [name, madeValue(values[name], param)]));
}

function madeValue(value: Value, param: Param): unknown {
  if (value === undefined) return undefined;
  if (param.kind === 'distribution') return make(value as DefinitionUse);
  if (param.kind === 'list') return (value as readonly Value[]).map((item) => madeValue(item, param.item));
  return param.kind === 'record' ? madeValues(value as Values, param.fields) : value;
}
