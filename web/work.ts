import type { Intervention } from '../sim/worker/protocol.ts';
import type { Theme } from './theme.ts';

/** What one arm is asked to run, apart from what all arms share. */
export interface ArmSetup {
  readonly variant: string;
  /** Switches set from the start, over those of the variant: address -> on or off. */
  readonly switches: Readonly<Record<string, boolean>>;
  /** Changes in mid-run, in the order of their instants. */
  readonly interventions: readonly Intervention[];
}

/** A stretch of a run. */
export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Where a switch takes effect that is turned while the run stands still. */
export type ChangeAt = 'start' | 'playhead';

/** Everything that a share link restores. */
export interface Work {
  /** File name of a shipped scenario without its ending, or '' when `text` is the person's own. */
  readonly scenario: string;
  /** The person's own scenario text, or '' when it is a shipped one. */
  readonly text: string;
  /** '' = the seed of the scenario. */
  readonly seed: string;
  readonly arms: readonly ArmSetup[];
  readonly timeNs: number;
  /** Seconds of the run in one second of the wall clock. */
  readonly speed: number;
  readonly theme: Theme;
  /** The stretch of time that the charts show; null: the whole run. */
  readonly zoom: Span | null;
  readonly changeAt: ChangeAt;
}

export const MIN_SPEED = 0.1;
export const MAX_SPEED = 100;

/** Interventions in order of time; one more for the same address at the same instant replaces the former. */
export function withIntervention(interventions: readonly Intervention[], added: Intervention): Intervention[] {
  return interventions
    .filter(({ atNs, address }) => atNs !== added.atNs || address !== added.address)
    .concat(added)
    .sort((a, b) => a.atNs - b.atNs);
}

/** The state of a switch at an instant, given its state at the start. */
export function switchAt(interventions: readonly Intervention[], address: string, timeNs: number, initially: boolean): boolean {
  let enabled = initially;
  for (const change of interventions) {
    if (change.atNs > timeNs) break;
    if (change.address === address) enabled = change.enabled;
  }
  return enabled;
}
