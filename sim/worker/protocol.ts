/**
 * What the page and the workers say to each other: types only, everything structured-cloneable. Control goes through
 * comlink; frames are posted with their buffers transferred. One worker runs one arm; a language worker of its own
 * answers about texts, so that YAML, schema and definitions never reach the page's bundle.
 */
import type { Problem } from '../catalogue/problem.ts';
import type { ReferenceGroup } from '../catalogue/reference.ts';
import type { SystemDescription } from '../catalogue/system.ts';
import type { MetricValue } from '../telemetry/metric-value.ts';
import type { RunEnd, RunEvent, SeriesInfo } from '../telemetry/record.ts';

export type { Problem } from '../catalogue/problem.ts';
export type { ReferenceEntry, ReferenceGroup, ReferenceParam } from '../catalogue/reference.ts';
export type {
  ComponentDescription,
  FaultDescription,
  LayerDescription,
  SiteDescription,
  SystemDescription,
} from '../catalogue/system.ts';
export type { MetricValue } from '../telemetry/metric-value.ts';
export type { RunEvent, SeriesInfo } from '../telemetry/record.ts';

/** A change made while the run is going on, recorded so that the run can be repeated exactly. */
export interface Intervention {
  readonly atNs: number;
  /** Address of a layer or fault; switching is all that a live change can do so far. */
  readonly address: string;
  readonly enabled: boolean;
}

/** What one arm runs. */
export interface ArmRequest {
  readonly text: string;
  /** '' = the first variant. */
  readonly variant: string;
  /** '' = the scenario's own seed. */
  readonly seed: string;
  /** Switches set before the run starts, over those of the variant: address -> on or off. */
  readonly switches: Readonly<Record<string, boolean>>;
  readonly interventions: readonly Intervention[];
}

export interface ArmReady {
  readonly system: SystemDescription;
  readonly series: readonly SeriesInfo[];
  readonly buckets: number;
}

export type ArmStart = { readonly ok: true; readonly ready: ArmReady } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Posted by an arm's worker as the run advances; `rows` is transferred. Frames of an older epoch are to be dropped. */
export interface Frame {
  readonly type: 'frame';
  readonly epoch: number;
  readonly firstBucket: number;
  readonly buckets: number;
  readonly rows: Float64Array;
  readonly bucketDigests: Int32Array;
  readonly events: readonly RunEvent[];
}
export interface ArmDone {
  readonly type: 'done';
  readonly epoch: number;
  readonly summary: ArmSummary;
}
export type ArmMessage = Frame | ArmDone;

/** The row of an arm in the recovery table. */
export interface ArmSummary {
  readonly end: RunEnd;
  readonly dispatchFingerprint: string;
  readonly requestFingerprint: string;
  readonly metrics: readonly MetricValue[];
}
/** Offered by an arm's worker through comlink. */
export interface ArmWorker {
  /** Compiles and starts to run ahead, posting frames. `epoch` is given back in every frame. */
  start(request: ArmRequest, epoch: number): Promise<ArmStart>;
  /** Ends the present run; frames of its epoch stop. */
  stop(): Promise<void>;
}

/** Offered by the language worker through comlink. */
export interface LanguageWorker {
  /** Everything that can be named in a scenario, in words, for the reference. */
  reference(): Promise<readonly ReferenceGroup[]>;
  diagnose(text: string): Promise<readonly Problem[]>;
  /** The system of a text with a variant and switches applied, without running it, and what is wrong with the text or, where nothing is, probably not meant. */
  describe(request: ArmRequest): Promise<{ readonly system: SystemDescription | null; readonly problems: readonly Problem[] }>;
}
