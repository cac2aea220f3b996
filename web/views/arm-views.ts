import type { ArmView } from '../charts/chart.ts';
import { ARM_COLOURS } from '../palette.ts';
import type { Store } from '../store.ts';

/** The arms that have something to show, as charts see them. */
export function armViews(store: Store): ArmView[] {
  return store.arms.flatMap(({ letter, run }, at) => {
    const recording = run.recording.peek();
    return recording === null ? [] : [{ letter, colour: ARM_COLOURS[at]!, dashed: at === 0, recording }];
  });
}
