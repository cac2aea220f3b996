import type { ArmView } from '../charts/chart.ts';
import { ARM_COLOURS } from '../palette.ts';
import type { Store } from '../store.ts';

/** Makes an effect run again when any arm shows another record, or its record has grown. */
export function followRecords(store: Store): void {
  for (const { run } of store.arms) {
    run.recording();
    run.recorded();
  }
}

/** The arms that have something to show, as charts see them. */
export function armViews(store: Store): ArmView[] {
  return store.arms.flatMap(({ letter, run }, at) => {
    const recording = run.recording.peek();
    return recording === null ? [] : [{ letter, colour: ARM_COLOURS[at]!, dashed: at === 0, recording }];
  });
}
