import type { LayerDescription, ParamInForce, SystemDescription } from '../catalogue/system.ts';
import { formatDuration } from '../catalogue/units.ts';
import { formatValue } from './format-value.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** A scenario with every parameter that is in force; those that nobody has written are marked. */
export function explainSystem(system: SystemDescription, style: Style): string[] {
  const strong = (text: string) => style.paint('strong', text);
  const params = (list: readonly ParamInForce[], indent: string) =>
    list.flatMap(({ name, value, isDefault }) => {
      const lines = wrap(`${name}: ${value}${isDefault ? ' (default)' : ''}`, indent);
      return isDefault ? lines.map((line) => style.paint('dim', line)) : lines;
    });
  const layers = (list: readonly LayerDescription[]) =>
    list.flatMap(({ address, title, enabled, params: own }) => [
      `    ${address}: ${title}${enabled ? '' : style.paint('bad', ' (off)')}`,
      ...params(own, '      '),
    ]);
  const { components, sites, faults, network } = system;
  return [
    strong(system.title),
    ...wrap(system.story, '  '),
    `  ${formatDuration(system.durationNs)}, warm-up ${formatDuration(system.warmupNs)}, buckets of ${formatDuration(system.bucketNs)}, at most ${formatValue(system.maxEvents, 'count')} events, seed ${system.seed}`,
    ...components.flatMap((component) => [
      '',
      `${strong(component.name)}: ${component.title} (${component.kind})`,
      ...params(component.params, '  '),
      ...layers(component.layers),
      ...component.steps.flatMap((step) => [`    ${step.address}: ${step.title}`, ...params(step.params, '      ')]),
    ]),
    ...sites.flatMap((site) => [
      '',
      `${strong(site.address)}: call from ${site.from} to ${site.to}${site.operation === '' ? '' : `, ${site.operation}`}`,
      ...params(site.params, '  '),
      ...layers(site.layers),
    ]),
    '',
    strong('network'),
    ...params(network, '  '),
    ...faults.flatMap((fault) => [
      '',
      `${strong(fault.address)}: ${fault.title}${fault.enabled ? '' : style.paint('bad', ' (off)')}`,
      `  from ${formatDuration(fault.atNs)} ${fault.endNs === Infinity ? 'to the end of the run' : `to ${formatDuration(fault.endNs)}`}`,
      ...params(fault.params, '  '),
    ]),
  ];
}
