/** What is written in a scenario and can never take effect: legal, and rarely meant. */
import { allClasses } from './request-classes.ts';
import type { CallSiteUse, ComponentUse, Scenario, Values } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';
import { stepsOf, visitUse } from './walk.ts';
import { anyOf, quote } from './wording.ts';

export interface DeadLetter {
  /** Of the step, layer or fault. */
  readonly address: string;
  readonly message: string;
  /** A name that meets nothing, and those that would. */
  readonly name?: { readonly written: string; readonly others: Iterable<string> };
}

/** Steps that choose by a request class, and layers that are for one, that no client has. */
export function classesNobodyHas(scenario: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  const classes = allClasses(scenario).map(({ name }) => name);
  const found: DeadLetter[] = [];
  const look = (address: string, wanted: string, so: string): void => {
    if (classes.includes(wanted)) return;
    const message = `no client has a request class ${quote(wanted)}, so ${so}; there is ${anyOf(classes)}`;
    found.push({ address, message, name: { written: wanted, others: classes } });
  };
  for (const use of scenario.components) {
    visitUse(use, vocabulary, {
      layer: ({ address, classes: wanted }) => wanted.forEach((one) => look(address, one, `none of its calls pass ${address}`)),
      step: ({ address, kind, values }) => {
        if (kind === 'choose' && values['choose'] === 'class') look(address, values['class'] as string, `${address} never goes the first way`);
      },
    });
  }
  return found;
}

/** Features that are switched and that no service asks for, and features that nothing ever switches. */
export function featuresNobodyHas(scenario: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  return scenario.components.filter(({ kind }) => kind === 'flagStore').flatMap((store) => featuresOfNobody(store, scenario, vocabulary));
}

interface NamedFeature {
  readonly name: string;
  readonly address: string;
}

function featuresOfNobody(store: ComponentUse, { components, faults }: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  const switched: readonly NamedFeature[] = [
    ...(store.values['health'] as readonly Values[]).flatMap(({ probe, off }) => (off as readonly string[]).map((name) => ({ name, address: (probe as CallSiteUse).address }))),
    ...faults.filter(({ kind, values }) => kind === 'switchFeature' && values['target'] === store.name).map(({ address, values }) => ({ name: values['feature'] as string, address })),
  ];
  const steps = components.filter((use) => storeOf(use) === store.name).flatMap((use) => stepsOf(use, vocabulary).filter(({ kind }) => kind === 'feature'));
  const asked = steps.map(({ address, values }) => ({ name: values['feature'] as string, address, hasLevel: values['offFromLevel'] !== undefined }));
  const namesSwitched = new Set(switched.map(({ name }) => name));
  const namesAsked = new Set(asked.map(({ name }) => name));
  return [
    ...switched
      .filter(({ name }) => !namesAsked.has(name))
      .map(({ name, address }) => ({
        address,
        message: `no service that asks ${store.name} has a feature ${quote(name)}, so switching it changes nothing`,
        name: { written: name, others: namesAsked },
      })),
    ...asked
      .filter(({ name, hasLevel }) => !hasLevel && !namesSwitched.has(name))
      .map(({ name, address }) => ({
        address,
        message: `nothing ever switches the feature ${quote(name)}: no rule of ${store.name}, no level, no fault`,
        name: { written: name, others: namesSwitched },
      })),
  ];
}

/** The store of feature flags that a component asks. */
function storeOf({ values }: ComponentUse): string | undefined {
  const flags = values['flags'] as { readonly store: CallSiteUse } | undefined;
  return flags?.store.target;
}

/** Faults that hit an instance that does not exist. */
export function instancesNobodyHas({ components, faults }: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  return faults.flatMap(({ address, values: { instance, target } }) => {
    const use = components.find((one) => one.name === target);
    const instances = use === undefined ? undefined : vocabulary.outlineOf(use)?.instances;
    if (use === undefined || typeof instance !== 'number' || instances === undefined || instance < instances) return [];
    return [{ address, message: `${use.name} has ${instances} ${instances === 1 ? 'instance' : 'instances'}, counted from 0; there is no instance ${instance}` }];
  });
}

/** Links and faults of the network where no call passes, and links of which another one has been taken. */
export function pathsNobodyTakes({ components, faults, network }: Scenario, vocabulary: Vocabulary): readonly DeadLetter[] {
  const calls: Way[] = [];
  for (const use of components) visitUse(use, vocabulary, { site: ({ target }) => calls.push({ from: use.name, to: target }) });
  const passes = (from?: string, to?: string): boolean => calls.some((call) => (from ?? call.from) === call.from && (to ?? call.to) === call.to);

  const links = (network['links'] ?? []) as unknown as readonly Way[];
  return [
    ...links.flatMap(({ from, to }, at) => {
      const backwards = passes(to, from) ? '; calls go the other way, and answers take the link of their calls' : '';
      if (!passes(from, to)) return [{ address: 'network', message: `no call goes from ${from} to ${to}, so their link changes nothing${backwards}` }];
      const isSecond = links.findIndex((one) => one.from === from && one.to === to) < at;
      return isSecond ? [{ address: 'network', message: `there is another link from ${from} to ${to}; the first one holds` }] : [];
    }),
    ...faults.flatMap(({ kind, address, values }) => {
      const { from, to } = values as Partial<Way>;
      if (!isOfPaths(kind, vocabulary) || passes(from, to) || passes(to, from)) return [];
      return [{ address, message: `no call goes between ${from ?? 'anybody'} and ${to ?? 'anybody'}, so this fault changes nothing` }];
    }),
  ];
}

interface Way {
  readonly from: string;
  readonly to: string;
}

/** Whether faults of a kind hit what travels from one component to another. */
function isOfPaths(kind: string, vocabulary: Vocabulary): boolean {
  const params = vocabulary.find('fault', kind)?.params ?? {};
  return ['from', 'to'].every((name) => Object.hasOwn(params, name));
}
