/**
 * Changes to a scenario: layers and faults switched on or off, and parameters set. Variants, `--set`, the page's toggles
 * and sweeps all come here, so that a change means the same wherever it is asked for.
 */
import type { Definition } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import { check } from './definitions.ts';
import { type Directory, directoryOf, nearestAddress, siteProblem } from './directory.ts';
import { FAULT_FIELDS } from './faults.ts';
import { isInline, SITE_FIELDS } from './fields.ts';
import { layerFields, perOf, stateOf } from './layers.ts';
import type { ProblemList } from './problem-list.ts';
import type { Place } from './reader.ts';
import { checkReferences } from './references.ts';
import type { CallSiteUse, ComponentUse, FaultUse, LayerUse, Scenario, StepUse, Values } from './scenario.ts';
import { firstName, placeOfOwner, type Setting, setParameter } from './settings.ts';
import { type Switch, SwitchBoard } from './switches.ts';
import { ValueReader } from './values.ts';
import type { Vocabulary } from './vocabulary.ts';
import { mapUse } from './walk.ts';
import { quote } from './wording.ts';

export interface Changes {
  readonly settings: readonly Setting[];
  readonly switches: readonly Switch[];
}

/** @returns the changed scenario; of no use when a problem has been added */
export function applyChanges(scenario: Scenario, changes: Changes, vocabulary: Vocabulary, problems: ProblemList): Scenario {
  return new ChangeRun(scenario, changes, vocabulary, problems).apply();
}

/** One pass over each component that a change speaks of. */
class ChangeRun {
  readonly #scenario: Scenario;
  readonly #vocabulary: Vocabulary;
  readonly #problems: ProblemList;
  readonly #reader: ValueReader;
  readonly #switches: SwitchBoard;
  readonly #settings: readonly Setting[];
  readonly #byAddress = new Map<string, readonly Setting[]>();
  readonly #used = new Set<Setting>();
  readonly #problemsBefore: number;

  constructor(scenario: Scenario, { settings, switches }: Changes, vocabulary: Vocabulary, problems: ProblemList) {
    this.#scenario = scenario;
    this.#vocabulary = vocabulary;
    this.#problems = problems;
    this.#problemsBefore = problems.count;
    const kinds = new Map(scenario.components.map(({ name, kind }) => [name, kind]));
    this.#reader = new ValueReader(vocabulary, problems, kinds);
    this.#switches = new SwitchBoard(switches, problems);
    this.#settings = settings;
    for (const setting of settings) this.#byAddress.set(setting.address, [...(this.#byAddress.get(setting.address) ?? []), setting]);
  }

  apply(): Scenario {
    const touched = new Set([...this.#byAddress.keys(), ...this.#switches.addresses].map((address) => address.replace(/\/.*$/s, '')));
    const { components, faults, network } = this.#scenario;
    const changed: Scenario = {
      ...this.#scenario,
      components: components.map((use) => (touched.has(use.name) ? this.#component(use) : use)),
      faults: touched.has('faults') ? faults.map((fault) => this.#fault(fault)) : faults,
      network: this.#set('network', this.#vocabulary.network, network, { side: 'caller', owner: '' }, 'network'),
    };
    this.#checkWhole(changed);
    return changed;
  }

  #component(use: ComponentUse): ComponentUse {
    const definition = this.#vocabulary.find('component', use.kind);
    const values = this.#set(use.name, definition?.params ?? {}, use.values, { side: 'server', owner: use.name }, use.kind, definition);
    return mapUse({ ...use, values }, this.#vocabulary, {
      site: (site) => this.#site(site),
      layer: (layer) => this.#layer(layer),
      step: (step) => this.#step(step, step.address.slice(0, step.address.lastIndexOf('/'))),
    });
  }

  #step(step: StepUse, owner: string): StepUse {
    const definition = this.#vocabulary.find('step', step.kind);
    const params = definition?.params ?? {};
    // A step that is a call and its site have one address; what belongs to the site is left to it.
    const others = Object.values(params).some(isInline) ? Object.keys(SITE_FIELDS) : [];
    return { ...step, values: this.#set(step.address, params, step.values, { side: 'server', owner }, step.kind, definition, others) };
  }

  #site(site: CallSiteUse): CallSiteUse {
    const { as: _as, ...fields } = SITE_FIELDS;
    const { address, target, ...written } = site;
    const values = this.#set(address, fields, written, { side: 'caller', owner: address }, 'call');
    return { ...(values as typeof written), address, target };
  }

  #layer(layer: LayerUse): LayerUse {
    const enabled = this.#switches.isOn(layer.address, layer.enabled);
    const definition = this.#vocabulary.patternKinds(layer.family)?.get(layer.kind);
    if (definition === undefined || !this.#byAddress.has(layer.address)) return { ...layer, enabled };
    const { as: _as, enabled: _enabled, ...fields } = layerFields(definition);
    const written = { ...layer.values, scope: layer.scope, per: perOf(layer), classes: layer.classes };
    const set = this.#set(layer.address, fields, written, { side: 'caller', owner: layer.address }, layer.family, definition);
    const { scope, per, classes, ...values } = set;
    return { ...layer, enabled, values, ...stateOf(scope, per, classes) };
  }

  #fault(fault: FaultUse): FaultUse {
    const enabled = this.#switches.isOn(fault.address, fault.enabled);
    const definition = this.#vocabulary.find('fault', fault.kind);
    const { as: _as, enabled: _enabled, ...own } = FAULT_FIELDS;
    const written = { ...fault.values, at: fault.atNs, for: fault.forNs };
    const fields = { ...definition?.params, ...own };
    const set = this.#set(fault.address, fields, written, { side: 'caller', owner: fault.address }, fault.kind, definition);
    const { at, for: length, ...values } = set;
    return { ...fault, values, enabled, atNs: at as number, forNs: length as number };
  }

  /**
   * Carries out the settings of one address.
   * @param noun whose parameters they are, for messages   @param others parameters that are not set here
   */
  #set(
    address: string,
    fields: Fields,
    values: Values,
    where: Pick<Place, 'side' | 'owner'>,
    noun: string,
    definition?: Definition,
    others: readonly string[] = [],
  ): Values {
    const before = this.#problems.count;
    let set = values;
    let last: Setting | undefined;
    for (const setting of this.#byAddress.get(address) ?? []) {
      if (this.#used.has(setting) || others.includes(firstName(setting.parameter))) continue;
      this.#used.add(setting);
      last = setting;
      const place: Place = { ...where, path: setting.where, drawn: 'duration' };
      set = setParameter(this.#reader, fields, set, setting.parameter, setting, place, noun);
    }
    if (last !== undefined && definition !== undefined && this.#problems.count === before) {
      check(this.#reader, definition, set, last.value, { ...where, path: placeOfOwner(last), drawn: 'duration' });
    }
    return set;
  }

  /** What can only be seen when all changes have been made. */
  #checkWhole(changed: Scenario): void {
    const lost = this.#settings.filter((setting) => !this.#used.has(setting));
    const unused = this.#switches.unused();
    const last = this.#settings.at(-1);
    if (last === undefined && unused.length === 0) return;
    const directory = directoryOf(changed, this.#vocabulary);
    for (const { address, at, where } of lost) {
      const suggestion = nearestAddress(address, directory, ['components', 'sites', 'layers', 'steps', 'faults']);
      this.#problems.add(at, where, `there is nothing with the address ${quote(address)}`, suggestion);
    }
    for (const each of unused) this.#addUnused(each, directory);
    if (last !== undefined && this.#problems.count === this.#problemsBefore) this.#checkParts(directory, last);
  }

  #addUnused({ address, at, where }: Switch, directory: Directory): void {
    if (directory.components.has(address) || directory.sites.has(address) || directory.steps.has(address)) {
      this.#problems.add(at, where, `only layers and faults can be switched; ${address}/* stands for all layers below ${address}`);
    } else {
      const suggestion = nearestAddress(address, directory, ['layers', 'faults']);
      this.#problems.add(at, where, `there is no layer and no fault ${quote(address)}`, suggestion);
    }
  }

  /** Whether all parts still fit together. Which of several settings is to blame is not known; the last one is named. */
  #checkParts(directory: Directory, { at, where }: Setting): void {
    checkReferences(this.#reader, directory);
    for (const address of directory.duplicates) {
      this.#problems.add(at, where, `after this there are two things with the address ${quote(address)}`);
    }
    for (const { site } of directory.sites.values()) {
      const problem = siteProblem(site, directory, this.#vocabulary);
      if (problem !== undefined) this.#problems.add(at, where, `${site.address}: ${problem.message}`, problem.suggestion);
    }
  }
}
