/**
 * Watches a run and writes down every piece of luck under the name of whom it befell, in words that owe nothing to keys:
 * `shoppers#17!0>api/orders.0!1 network/request/latency` is the delay of the message with which the handler that serves the
 * first send of request 17 calls the orders for the second time. Runs of different variants can thus be compared: what has the same name
 * must have the same luck.
 *
 * The probe replaces methods of the engine's prototypes for as long as it watches, so that the engine itself carries
 * nothing for it. Mutants are made in the same way.
 */
import * as samplers from '../../sim/kernel/samplers.ts';
import { Client } from '../../sim/model/client.ts';
import { Engine } from '../../sim/model/engine.ts';
import { Pick } from '../../sim/model/pick.ts';
import { Wire } from '../../sim/model/wire.ts';
import { type CallRecord, Runtime } from '../../sim/resilience/runtime.ts';
import { compile } from '../../sim/scenario/compile.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';

/** A request as its client sees it. */
export interface RequestLuck {
  readonly number: number;
  /** Among the classes of the client. */
  readonly requestClass: number;
  readonly sentAtNs: number;
  /** From the answer to the user's request before (in a closed loop; elsewhere NaN). */
  readonly thinkNs: number;
  settledAtNs: number;
  code: number;
}

export interface Luck {
  /** By client, in the order in which they were sent. */
  readonly requests: ReadonlyMap<string, readonly RequestLuck[]>;
  /** Draws that belong to a request or an entity, by name. */
  readonly draws: ReadonlyMap<string, number>;
  /** What was drawn under keys that have no name here: purposes. */
  readonly nameless: ReadonlySet<string>;
  /** Draws of one name with two values; a sound engine has none. */
  readonly torn: readonly string[];
}

/** Replaces methods; what it returns puts the old ones back. */
export type Mutant = () => () => void;

/** A method whose object is its first argument. */
type Unbound<T, K extends keyof T> = T[K] extends (...args: infer A) => infer R ? (self: T, ...args: A) => R : never;

/** Puts a function around a method of a prototype. @returns what puts the old one back */
export function wrap<T extends object, K extends keyof T & string>(prototype: T, name: K, around: (original: Unbound<T, K>) => Unbound<T, K>): () => void {
  const original = prototype[name] as (...args: unknown[]) => unknown;
  const replacement = around(((self: T, ...args: unknown[]) => original.apply(self, args)) as Unbound<T, K>) as (...args: unknown[]) => unknown;
  prototype[name] = function (this: T, ...args: unknown[]) {
    return replacement(this, ...args);
  } as T[K];
  return () => {
    prototype[name] = original as T[K];
  };
}

/** Watches runs from its making until `remove`. A mutant of the engine is put beneath it, so that it sees what that does. */
export class LuckProbe {
  #requests = new Map<string, RequestLuck[]>();
  #draws = new Map<string, number>();
  #nameless = new Set<string>();
  #torn: string[] = [];
  /** Whom the key in a slot belongs to. */
  #owners: (string | undefined)[] = [];
  /** How often each owner has made such a child or draw. */
  #uses = new Map<string, number>();
  #open = new Map<string, RequestLuck>();
  #lastAnswer = new Map<string, number>();
  readonly #purposes = new Map<number, string>();
  /** The context that is being made belongs to this kind of child of the one it comes from. */
  #child = '';
  /** Draws are made on behalf of this owner and purpose, whatever the slot says. */
  #owner: string | undefined;
  #purpose: string | undefined;
  #depth = 0;
  readonly #undo: readonly (() => void)[];

  constructor(mutant: Mutant = () => () => {}) {
    this.#undo = [mutant(), ...this.#watchOwners(), ...this.#watchDraws(), ...this.#watchRequests()];
  }

  /** Runs the first events of a scenario and tells the luck of everybody. */
  luckOf(scenario: Scenario, eventsMax: number): Luck {
    this.#requests = new Map();
    this.#draws = new Map();
    this.#nameless = new Set();
    this.#torn = [];
    this.#owners = [];
    this.#uses = new Map();
    this.#open = new Map();
    this.#lastAnswer = new Map();
    const simulation = compile(scenario, { variant: '', seed: '' });
    simulation.run(Infinity, eventsMax);
    const { end } = simulation.record();
    if (end.kind === 'invariantBroken') throw new Error(end.message);
    return { requests: this.#requests, draws: this.#draws, nameless: this.#nameless, torn: this.#torn };
  }

  remove(): void {
    for (const undo of this.#undo.toReversed()) undo();
  }

  // ---- whose key it is ----------------------------------------------------------------------------------------

  #watchOwners(): (() => void)[] {
    return [
      wrap(Engine.prototype, 'entitySlot', (original) => (self, address) => {
        const slot = original(self, address);
        this.#owners[slot] = `[${address}]`;
        return slot;
      }),
      wrap(Runtime.prototype, 'newContext', (original) => (self, from) => {
        const context = original(self, from);
        this.#owners[context.slot] = from === null || this.#child === '' ? undefined : this.#childOf(this.#owners[from.slot]);
        return context;
      }),
      // The one call of a branch is not made by `newContext` alone: only its start says which branch it is.
      wrap(Runtime.prototype, 'startLayer', (original) => (self, parent, tag, layer, context) => {
        const step = (parent.state as { pc: number }).pc;
        this.#owners[context.slot] = `${this.#owners[parent.context.slot]}|${step}.${tag}`;
        return original(self, parent, tag, layer, context);
      }),
      wrap(Runtime.prototype, 'startSite', (original) => (self, parent, tag, site, nth) => {
        this.#making(`>${site.address}.`, () => original(self, parent, tag, site, nth));
      }),
      wrap(Runtime.prototype, 'spawn', (original) => (self, call, tag, exit) => {
        this.#making('~', () => original(self, call, tag, exit));
      }),
      wrap(Wire.prototype, 'onCall', (original) => (self, call, fx) => {
        this.#making('!', () => original(self, call, fx));
      }),
      wrap(Pick.prototype, 'onCall', (original) => (self, call, fx) => {
        const of = this.#owners[(call as CallRecord).context.slot]!;
        this.#owner = `${of}!${this.#uses.get(`${of}!`) ?? 0}`;
        original(self, call, fx);
        this.#owner = undefined;
      }),
    ];
  }

  #making(child: string, make: () => void): void {
    this.#child = child;
    make();
    this.#child = '';
  }

  #childOf(parent: string | undefined): string {
    return this.#numbered(`${parent}${this.#child}`);
  }

  #numbered(name: string): string {
    const nth = this.#uses.get(name) ?? 0;
    this.#uses.set(name, nth + 1);
    return `${name}${nth}`;
  }

  // ---- draws --------------------------------------------------------------------------------------------------

  #watchDraws(): (() => void)[] {
    const drawing: readonly { readonly prototype: samplers.Sampler }[] = Object.values(samplers).filter((sampler) => sampler !== samplers.ConstantSampler);
    return [
      wrap(Engine.prototype, 'purpose', (original) => (self, name) => {
        const purpose = original(self, name);
        this.#purposes.set(purpose, name);
        return purpose;
      }),
      wrap(Engine.prototype, 'uniform', (original) => (self, slot, purpose) => this.#drawn(slot, purpose, () => original(self, slot, purpose))),
      ...drawing.map(({ prototype }) =>
        wrap(prototype, 'sample', (original) => (self, keys, at, purpose) => this.#drawn(at, purpose, () => original(self, keys, at, purpose))),
      ),
      wrap(Runtime.prototype, 'uniform', (original) => (self, call, ordinal) => this.#layerDraws(call as CallRecord, `${ordinal}`, () => original(self, call, ordinal))),
      // Another distribution makes another value of the same luck.
      wrap(Runtime.prototype, 'sample', (original) => (self, call, ordinal, distribution) =>
        this.#layerDraws(call as CallRecord, `${ordinal},mean-${distribution.mean}`, () => original(self, call, ordinal, distribution)),
      ),
    ];
  }

  #layerDraws(call: CallRecord, which: string, draw: () => number): number {
    this.#purpose = `${call.layer.address}:${which}`;
    const value = draw();
    this.#purpose = undefined;
    return value;
  }

  #drawn(slot: number, purpose: number, draw: () => number): number {
    this.#depth++;
    const value = draw();
    this.#depth--;
    // A sampler that draws from another is one draw.
    if (this.#depth === 0) this.#note(this.#owner ?? this.#owners[slot], this.#purpose ?? this.#nameOf(purpose), value);
    return value;
  }

  #nameOf(purpose: number): string {
    const ordinal = purpose & 0xff;
    return `${this.#purposes.get(purpose - ordinal) ?? `purpose-${purpose - ordinal}`}${ordinal === 0 ? '' : `+${ordinal}`}`;
  }

  #note(owner: string | undefined, purpose: string, value: number): void {
    if (owner === undefined) {
      this.#nameless.add(purpose);
      return;
    }
    // An entity draws one after another for one purpose; a send draws once.
    const name = owner.startsWith('[') ? this.#numbered(`${owner} ${purpose} `) : `${owner} ${purpose}`;
    if ((this.#draws.get(name) ?? value) !== value) this.#torn.push(name);
    this.#draws.set(name, value);
  }

  // ---- requests -----------------------------------------------------------------------------------------------

  #watchRequests(): (() => void)[] {
    return [
      wrap(Runtime.prototype, 'root', (original) => (self, layer, context, tag, owner, deadline) => {
        if (owner instanceof Client) this.#sent(owner, context.request, context.requestClass, tag, context.slot);
        return original(self, layer, context, tag, owner, deadline);
      }),
      wrap(Client.prototype, 'onBackground', (original) => (self, child) => {
        this.#settled(self, (child as CallRecord).context.request, child.tag, child.code);
        original(self, child);
      }),
    ];
  }

  #sent(client: Client, number: number, requestClass: number, user: number, slot: number): void {
    const name = `${client.address}#${number}`;
    const { now } = client.engine;
    const thinkNs = client.settings.arrivals.kind === 'closed' ? now - (this.#lastAnswer.get(`${client.address}/${user}`) ?? 0) : NaN;
    const ownClass = client.settings.classes.findIndex(({ index }) => index === requestClass);
    const request = { number, requestClass: ownClass, sentAtNs: now, thinkNs, settledAtNs: NaN, code: -1 };
    this.#owners[slot] = name;
    this.#open.set(name, request);
    const requests = this.#requests.get(client.address) ?? [];
    requests.push(request);
    this.#requests.set(client.address, requests);
  }

  #settled(client: Client, number: number, user: number, code: number): void {
    const name = `${client.address}#${number}`;
    const { now } = client.engine;
    const request = this.#open.get(name)!;
    request.settledAtNs = now;
    request.code = code;
    this.#open.delete(name);
    this.#lastAnswer.set(`${client.address}/${user}`, now);
  }
}

// ---- comparison -----------------------------------------------------------------------------------------------

/** Two arms of one world: how much luck they share, and where it differs although it has the same name. */
export interface LuckDifference {
  readonly sharedRequests: number;
  readonly sharedDraws: number;
  readonly differences: readonly string[];
}

/** Only the first differences are told. */
const TOLD_MAX = 10;

export function compareLuck(a: Luck, b: Luck): LuckDifference {
  const differences = [...a.torn, ...b.torn].map((name) => `${name} has two values in one run`);
  let sharedDraws = 0;
  for (const [name, value] of a.draws) {
    const other = b.draws.get(name);
    if (other === undefined) continue;
    sharedDraws++;
    if (other !== value) differences.push(`${name}: ${value} and ${other}`);
  }
  let sharedRequests = 0;
  for (const [client, requests] of a.requests) {
    const others = b.requests.get(client) ?? [];
    const compared = requests.some((request) => !Number.isNaN(request.thinkNs)) ? byNumber(requests, others) : inOrder(requests, others);
    for (const [one, other] of compared) {
      sharedRequests++;
      const difference = differenceOf(one, other);
      if (difference !== '') differences.push(`${client}#${one.number}: ${difference}`);
    }
  }
  return { sharedRequests, sharedDraws, differences: differences.slice(0, TOLD_MAX) };
}

/** In an open loop the k-th request is the k-th request, whenever the others end. */
function inOrder(a: readonly RequestLuck[], b: readonly RequestLuck[]): [RequestLuck, RequestLuck][] {
  return a.slice(0, b.length).map((request, k) => [request, b[k]!]);
}

/** In a closed loop users overtake each other, but the k-th request of each user is the same one. */
function byNumber(a: readonly RequestLuck[], b: readonly RequestLuck[]): [RequestLuck, RequestLuck][] {
  const others = new Map(b.map((request) => [request.number, request]));
  return a.flatMap((request): [RequestLuck, RequestLuck][] => {
    const other = others.get(request.number);
    return other === undefined ? [] : [[request, other]];
  });
}

function differenceOf(a: RequestLuck, b: RequestLuck): string {
  if (a.number !== b.number) return `stands where ${b.number} does`;
  if (a.requestClass !== b.requestClass) return `class ${a.requestClass} and ${b.requestClass}`;
  if (Number.isNaN(a.thinkNs)) return a.sentAtNs === b.sentAtNs ? '' : `sent at ${a.sentAtNs} and ${b.sentAtNs}`;
  // Instants are whole nanoseconds, so a difference of instants may be off by one.
  return Math.abs(a.thinkNs - b.thinkNs) <= 1 ? '' : `think time ${a.thinkNs} and ${b.thinkNs}`;
}

/** What a name counts: sends, uses of a call site, spawned calls. */
const NUMBERED = /(?<=[!~]|>[^!~>|]*\.)\d+/g;

/** Draws of sends (or of what they led to) that are exactly those of the send before; by chance there are none. */
export function repeatedLuck({ draws }: Luck): string[] {
  const before = (name: string): string[] =>
    [...name.matchAll(NUMBERED)].flatMap(({ 0: nth, index }) => (nth === '0' ? [] : [`${name.slice(0, index)}${Number(nth) - 1}${name.slice(index + nth.length)}`]));
  return [...draws].filter(([name, value]) => before(name).some((other) => draws.get(other) === value)).map(([name]) => name);
}
