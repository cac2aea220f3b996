/**
 * Handler steps. A handler is a flat program; each step is an object that begins and later lets the program go on. A
 * step keeps nothing of its own for a call: what a call needs is in its activation.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { ActivationCall } from './activation.ts';
import type { Engine } from './engine.ts';
import type { Interpreter } from './interpreter.ts';

export interface Step {
  /** Begins the step. @returns true when it is already done and the program goes on at once */
  begin(call: ActivationCall, on: Interpreter): boolean;
  /** A child that the step started has ended. */
  childEnded?(call: ActivationCall, child: CallRecord, on: Interpreter): void;
  /** Programs among which the step chooses; they are laid behind it, and `placed` tells it how far. */
  readonly alternatives?: readonly Program[];
  placed?(distances: readonly number[]): void;
  /** The timer that the step set is due. */
  woken?(call: ActivationCall, on: Interpreter): void;
}

export type Program = readonly Step[];

/** What a step definition is given besides its parameters. */
export interface StepBuild {
  /** Identity of the step: `api/work`. */
  readonly address: string;
  /** Purpose under which it draws. */
  readonly purpose: number;
  /** Part of the keys of its branches. */
  readonly word: number;
  readonly engine: Engine;
  /** Number of a request class. */
  readonly classOf: (name: string) => number;
}

export type StepDefinition<F extends Fields = Fields> = Makes<F, Step, StepBuild>;
export type AnyStepDefinition = AnyMakes<Step, StepBuild>;

export function defineStep<const F extends Fields>(definition: StepDefinition<F>): StepDefinition<F> {
  return definition;
}

/** Whether a step of some kind is among steps that have been read, or inside one of them. */
export function holdsStep(kind: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const use = value as { readonly family?: unknown; readonly kind?: unknown };
  return (use.family === 'step' && use.kind === kind) || Object.values(value).some((part) => holdsStep(kind, part));
}

/** A step that goes one of two ways. */
export abstract class Fork implements Step {
  readonly alternatives: readonly [Program, Program];
  #distances: readonly number[] = [];

  constructor(first: Program, other: Program) {
    this.alternatives = [first, other];
  }

  /** Decides for a call whether it goes the first way. */
  protected abstract isFirst(call: ActivationCall, on: Interpreter): boolean;

  placed(distances: readonly number[]): void {
    this.#distances = distances;
  }

  begin(call: ActivationCall, on: Interpreter): boolean {
    call.state.pc += this.#distances[this.isFirst(call, on) ? 0 : 1]! - 1;
    return true;
  }
}

/** How many branches steps that have been read open for one request: those of branches inside branches multiply. */
export function branchesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const use = value as { readonly family?: unknown; readonly kind?: unknown; readonly values?: unknown };
  if (use.family !== 'step' || use.kind !== 'parallel') return Object.values(value).reduce((sum, part) => sum + branchesOf(part), 0);
  const { parallel, repeat } = use.values as { readonly parallel: readonly unknown[]; readonly repeat: number };
  return repeat * (parallel.length + branchesOf(parallel));
}

/** Goes on further down the program. */
class Jump implements Step {
  readonly #distance: number;

  constructor(distance: number) {
    this.#distance = distance;
  }

  begin(call: ActivationCall): boolean {
    call.state.pc += this.#distance - 1;
    return true;
  }
}

/** Lays steps and the alternatives among which they choose into one flat program. All distances are relative. */
export function assemble(steps: Program): Program {
  return steps.flatMap((step) => {
    if (step.alternatives === undefined) return [step];
    const alternatives = step.alternatives.map(assemble);
    let left = alternatives.reduce((sum, alternative) => sum + alternative.length + 1, 0);
    let distance = 1;
    const distances: number[] = [];
    const laid = alternatives.flatMap((alternative) => {
      distances.push(distance);
      distance += alternative.length + 1;
      left -= alternative.length + 1;
      return [...alternative, new Jump(left + 1)];
    });
    step.placed!(distances);
    return [step, ...laid];
  });
}
