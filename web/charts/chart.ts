/** The contract of a chart: data in, a picture out. A chart knows no view, no store and no other chart. */
import type { SystemDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';
import type { Hatch } from '../outcome-class.ts';
import type { ColourName } from '../palette.ts';
import type { Plot } from './plot.ts';

/** What a chart gets to see of an arm. */
export interface ArmView {
  readonly letter: string;
  readonly colour: ColourName;
  /** Arm A is drawn dashed, so that coinciding lines show both. */
  readonly dashed: boolean;
  readonly recording: Recording;
}

/** A number that can be read at any instant: a row of the crosshair's table, a column of a chart's table. */
export interface Measure {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly value: (recording: Recording, bucket: number) => number;
}

export interface LegendItem {
  readonly title: string;
  readonly about?: string;
  /** Of marks that have but one. */
  readonly colour?: ColourName;
  readonly mark: 'area' | 'line' | 'dashes' | 'dots' | 'shade' | 'ribbon' | 'heat';
  readonly hatch?: Hatch;
}

/** A chart filled with the data of the moment. */
export interface Picture {
  readonly legend: readonly LegendItem[];
  readonly measures: readonly Measure[];
  /** Draws one arm, or all of them when the chart is shared. */
  readonly draw: (plot: Plot, arm: number) => void;
  /** What a person should take from it, in one sentence; for one arm, or for all when the chart is shared. */
  readonly summary: (arm: number) => string;
}

export interface Chart {
  /** Unique; kept in addresses and tests. */
  readonly id: string;
  readonly title: string;
  /** One sentence for a person who has never met it. */
  readonly about: string;
  /** One picture for all arms, or one for each, side by side. */
  readonly layout: 'shared' | 'perArm';
  /** Is there anything to show of such a system? */
  readonly applies: (system: SystemDescription) => boolean;
  /** Height of the data area in CSS pixels. */
  readonly height: (system: SystemDescription) => number;
  /** @param step buckets to be drawn as one point, so that there are no more points than pixels */
  readonly picture: (arms: readonly ArmView[], step: number) => Picture;
}
