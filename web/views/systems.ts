import { type FrameLoop, READING_PACE_MS } from '../frame-loop.ts';
import type { PaletteSignal } from '../palette.ts';
import { type Dispose, effect, type Readable, signal } from '../signal.ts';
import type { Store } from '../store.ts';
import { travelNsAt, worthOf } from '../topology/dots.ts';
import { type Moment, TopologyView } from '../topology/topology-view.ts';
import { warningsByPlace } from '../topology/warnings-at.ts';
import { followRecords } from './arm-views.ts';

/** The systems of all arms, drawn to one scale: a dot is worth the same in each. */
export class Systems {
  readonly views: readonly TopologyView[];
  readonly #worth = signal(1);
  /** How many requests a dot stands for. */
  readonly worth: Readable<number> = this.#worth;
  readonly #store: Store;
  readonly #palette: PaletteSignal;
  readonly #isStill: Readable<boolean>;

  constructor(store: Store, palette: PaletteSignal, isStill: Readable<boolean>) {
    this.#store = store;
    this.#palette = palette;
    this.#isStill = isStill;
    this.views = store.arms.map(({ letter }) => new TopologyView(letter));
  }

  /** To be called when the views are on the page. */
  mount(loop: FrameLoop): Dispose {
    const store = this.#store;
    const dots = (): void => this.#showDots();
    const state = loop.paced(READING_PACE_MS, () => this.#showState());
    const show = (): void => {
      loop.soon(dots);
      state.ask();
    };
    const warn = (): void => {
      const system = store.system.peek();
      if (system === null) return;
      this.views.forEach((view, at) => view.warn(warningsByPlace(store.warnings.peek(), system, store.arms[at]!.setup.peek().variant)));
    };
    const layOut = (): void => {
      this.views.forEach((view) => view.layOut(store.system.peek()));
      warn();
      this.#follow();
      show();
    };
    let width = 0;
    const observer = new ResizeObserver(() => {
      const now = this.views[0]?.element.clientWidth ?? 0;
      if (now !== width) loop.soon(layOut);
      width = now;
    });
    this.views.forEach(({ element }) => observer.observe(element));
    const disposes = [
      effect(() => {
        store.system();
        loop.soon(layOut);
      }),
      effect(() => {
        store.speed();
        followRecords(store);
        this.#follow();
        show();
      }),
      effect(() => {
        store.timeNs();
        this.#palette();
        this.#isStill();
        show();
      }),
      effect(() => {
        store.warnings();
        store.arms.forEach(({ setup }) => setup());
        loop.soon(warn);
      }),
      () => observer.disconnect(),
      state.stop,
      () => [dots, layOut, warn].forEach((task) => loop.forget(task)),
    ];
    return () => disposes.forEach((dispose) => dispose());
  }

  #follow(): void {
    const { arms, speed } = this.#store;
    this.views.forEach((view, at) => view.follow(arms[at]!.run.recording.peek()));
    const travelNs = travelNsAt(speed.peek());
    this.#worth.set(worthOf(this.views.map((view) => view.peaks(travelNs))));
  }

  #moment(): Moment {
    const { timeNs, speed } = this.#store;
    return { timeNs: timeNs.peek(), speed: speed.peek() };
  }

  #showState(): void {
    const moment = this.#moment();
    this.views.forEach((view) => view.showState(moment));
  }

  #showDots(): void {
    const moment = this.#moment();
    const looks = { travelNs: travelNsAt(moment.speed), worth: this.#worth.peek(), palette: this.#palette.peek(), isStill: this.#isStill.peek() };
    this.views.forEach((view) => view.showDots(moment, looks));
  }
}
