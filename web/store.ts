/**
 * The state of the page, in one place: what is run, how it is looked at, and what has come back. Views read signals and
 * call the actions here; they keep nothing of their own that a link would have to restore.
 */
import type { ArmRequest, LanguageWorker, Problem, SystemDescription } from '../sim/worker/protocol.ts';
import type { ConnectArm, ConnectLanguage } from './arm/arm-link.ts';
import { ArmRun } from './arm/arm-run.ts';
import { firstDivergence, type Recording } from './arm/recording.ts';
import { ARM_LETTERS } from './palette.ts';
import { batch, computed, effect, type Readable, type Signal, signal } from './signal.ts';
import type { Theme } from './theme.ts';
import { type ArmSetup, type ChangeAt, MAX_SPEED, MIN_SPEED, type Span, withIntervention, type Work } from './work.ts';

/** A scenario that comes with the page. */
export interface ShippedScenario {
  /** Name of its file without the ending. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** One of the systems that are run beside each other. */
export interface Arm {
  readonly letter: string;
  readonly setup: Signal<ArmSetup>;
  readonly run: ArmRun;
}

export interface Notice {
  readonly kind: 'info' | 'error';
  readonly text: string;
}

export interface StorePorts {
  readonly connectArm: ConnectArm;
  readonly connectLanguage: ConnectLanguage;
  readonly scenarios: readonly ShippedScenario[];
}

const ARMS = 2;
/** Charts do not zoom in further than to so many buckets. */
const MIN_ZOOM_BUCKETS = 20;
const NO_SETUP: ArmSetup = { variant: '', switches: {}, interventions: [] };
/** Unless somebody says otherwise, a whole run plays in about this long. */
const WATCHING_SECONDS = 60;
/** The playhead waits this long before the first fault, as a share of the run, so that Play shows health first. */
const BEFORE_FAULT_SHARE = 0.02;

export class Store {
  readonly scenarios: readonly ShippedScenario[];
  readonly arms: readonly Arm[];
  readonly language: LanguageWorker;

  readonly #scenario = signal('');
  readonly #text = signal('');
  readonly #seed = signal('');
  readonly #timeNs = signal(0);
  readonly #speed = signal(1);
  readonly #playing = signal(false);
  readonly #notice = signal<Notice | null>(null);
  readonly #problems = signal<readonly Problem[]>([]);
  readonly #warnings = signal<readonly Problem[]>([]);
  readonly #described = signal<SystemDescription | null>(null);

  /** Name of the shipped scenario that is run, or '' for the person's own text. */
  readonly scenario: Readable<string> = this.#scenario;
  /** The text that is run. */
  readonly text: Readable<string> = this.#text;
  readonly seed: Readable<string> = this.#seed;
  readonly timeNs: Readable<number> = this.#timeNs;
  /** Seconds of the run in one second of the wall clock. */
  readonly speed: Readable<number> = this.#speed;
  readonly playing: Readable<boolean> = this.#playing;
  /** What the person should know just now. */
  readonly notice: Readable<Notice | null> = this.#notice;
  /** Why the last text could not be run. */
  readonly problems: Readable<readonly Problem[]> = this.#problems;
  /** What is legal in the text that is run, and probably not meant. */
  readonly warnings: Readable<readonly Problem[]> = this.#warnings;

  readonly theme = signal<Theme>('auto');
  readonly changeAt = signal<ChangeAt>('start');
  /** The text in the editor, which may be ahead of the one that is run. */
  readonly draft = signal('');
  /** A text of the person's own that another one has pushed out of the editor before it was run; '' when there is none. */
  readonly shelved = signal('');
  /** The instant that the pointer is over, in whatever chart. */
  readonly hoverNs = signal<number | null>(null);
  /** The stretch of time that the charts show; null: the whole run. */
  readonly zoom = signal<Span | null>(null);
  /** Single letters work as shortcuts; may be switched off for those who dictate. */
  readonly shortcuts = signal(true);

  /** The system on show: as soon as it is known, even before anything has run. */
  readonly system: Readable<SystemDescription | null> = computed(
    () => this.arms[0]!.run.recording()?.system ?? this.#described(),
  );
  readonly durationNs: Readable<number> = computed(() => this.system()?.durationNs ?? 0);
  /** The stretch of time that the charts show. */
  readonly span: Readable<Span> = computed(() => this.zoom() ?? { fromNs: 0, toNs: Math.max(this.durationNs(), 1) });
  /** As far as every arm that still runs has come. */
  readonly playableNs: Readable<number> = computed(() => {
    const limits = this.arms.map(({ run }) => {
      const phase = run.phase().kind;
      const isOver = phase === 'refused' || phase === 'broken' || phase === 'idle';
      return isOver ? Number.POSITIVE_INFINITY : run.validUntilNs();
    });
    return Math.min(this.durationNs(), ...limits);
  });
  /** First instant at which the requests of the arms fare differently; -1 while they have not. */
  readonly divergenceNs: Readable<number>;

  constructor({ connectArm, connectLanguage, scenarios }: StorePorts) {
    this.scenarios = scenarios;
    this.language = connectLanguage((message) => this.complain(`Scenario texts cannot be read any more: ${message}. Load the page again.`));
    this.arms = ARM_LETTERS.slice(0, ARMS).map((letter) => ({
      letter,
      setup: signal(NO_SETUP),
      run: new ArmRun(connectArm),
    }));
    this.divergenceNs = followDivergence(this.arms);
  }

  // -------------------------------------------------------------------------------------------------------------------
  // What is run

  /** Everything that a link restores. */
  work(): Work {
    const scenario = this.#scenario.peek();
    const zoom = this.zoom.peek();
    return {
      scenario,
      text: scenario === '' ? this.#text.peek() : '',
      seed: this.#seed.peek(),
      arms: this.arms.map(({ setup }) => setup.peek()),
      timeNs: Math.floor(this.#timeNs.peek()),
      speed: this.#speed.peek(),
      theme: this.theme.peek(),
      zoom: zoom === null ? null : { fromNs: Math.floor(zoom.fromNs), toNs: Math.ceil(zoom.toNs) },
      changeAt: this.changeAt.peek(),
    };
  }

  /** Restores a work. One that names a scenario unknown here changes nothing. */
  async openWork(work: Work): Promise<void> {
    const text = work.scenario === '' ? work.text : this.scenarios.find(({ name }) => name === work.scenario)?.text;
    if (text === undefined) {
      this.complain(`This link needs the scenario "${work.scenario}", which this version of Faultline does not have. Nothing was changed.`);
      return;
    }
    const setups = this.arms.map((_, at) => work.arms[Math.min(at, work.arms.length - 1)]!);
    await this.#open(work.scenario, text, ({ durationNs }) => {
      this.#seed.set(work.seed);
      this.arms.forEach(({ setup }, at) => setup.set(setups[at]!));
      this.#speed.set(work.speed);
      this.theme.set(work.theme);
      this.changeAt.set(work.changeAt);
      // The scenario may have become shorter since the link was made.
      this.#timeNs.set(Math.min(work.timeNs, durationNs));
      this.zoom.set(work.zoom !== null && work.zoom.toNs <= durationNs ? work.zoom : null);
    });
  }

  async openScenario(name: string): Promise<void> {
    const shipped = this.scenarios.find((scenario) => scenario.name === name);
    if (shipped === undefined) throw new Error(`there is no scenario "${name}"`);
    await this.#open(name, shipped.text, (system) => this.#beginAnew(system));
  }

  /** Runs the text of the editor. When it has errors they are listed and nothing else changes. */
  async runDraft(): Promise<void> {
    const text = this.draft.peek();
    const shipped = this.scenarios.find((scenario) => scenario.text === text);
    await this.#open(shipped?.name ?? '', text, (system) => {
      const known = new Set(system.variants.map(({ name }) => name));
      if (this.arms.some(({ setup }) => !known.has(setup.peek().variant))) this.#beginAnew(system);
    });
  }

  /** Takes over a text that can be run; `prepare` sets what goes with it before the arms start. */
  async #open(name: string, text: string, prepare: (system: SystemDescription) => void): Promise<void> {
    let system: SystemDescription | null;
    let problems: readonly Problem[];
    try {
      ({ system, problems } = await this.language.describe({ text, seed: '', ...NO_SETUP }));
    } catch (error) {
      this.complain(`The scenario could not be read: ${String(error)}`);
      return;
    }
    batch(() => {
      this.#problems.set(problems);
      if (system === null) {
        this.#replaceDraft(text);
        const errors = problems.filter(({ severity }) => severity === 'error').length;
        this.complain(`The scenario has ${errors === 1 ? 'a mistake' : `${errors} mistakes`}, see Scenario text. Nothing was changed.`);
        return;
      }
      this.#notice.set(null);
      this.#playing.set(false);
      this.zoom.set(null);
      this.#scenario.set(name);
      this.#replaceDraft(text);
      this.#text.set(text);
      this.#described.set(system);
      this.#warnings.set(problems);
      prepare(system);
      this.arms.forEach((arm) => this.#start(arm, 0, 0));
    });
  }

  #replaceDraft(text: string): void {
    const draft = this.draft.peek();
    if (draft !== text && draft !== this.#text.peek()) this.shelved.set(draft);
    this.draft.set(text);
  }
  /** Changes places with the text that was pushed out of the editor. */
  bringBackShelved(): void {
    const draft = this.draft.peek();
    batch(() => {
      this.draft.set(this.shelved.peek());
      this.shelved.set(draft === this.#text.peek() ? '' : draft);
    });
  }

  #beginAnew(system: SystemDescription): void {
    const names = system.variants.map(({ name }) => name);
    this.arms.forEach(({ setup }, at) => setup.set({ ...NO_SETUP, variant: names[at] ?? names.at(-1) ?? '' }));
    this.#seed.set('');
    this.#speed.set(Math.min(Math.max(Math.round(system.durationNs / 1e9 / WATCHING_SECONDS), 1), MAX_SPEED));
    const faults = system.faults.map(({ atNs }) => atNs);
    const first = faults.length === 0 ? system.warmupNs : Math.min(...faults);
    this.#timeNs.set(Math.max(Math.round(first - system.durationNs * BEFORE_FAULT_SHARE), 0));
  }

  setSeed(seed: string): void {
    if (seed === this.#seed.peek()) return;
    this.#seed.set(seed);
    this.runAll();
  }
  setVariant(arm: Arm, variant: string): void {
    arm.setup.update((setup) => ({ ...setup, variant, switches: {} }));
    this.#start(arm, 0, this.#timeNs.peek());
  }

  /** Runs every arm again from the start. */
  runAll(): void {
    this.arms.forEach((arm) => this.#start(arm, 0, this.#timeNs.peek()));
  }
  stopAll(): void {
    this.arms.forEach(({ run }) => run.stop());
  }

  /**
   * Switches a layer or fault of an arm on or off: at the playhead while the run is played, so that the change is part
   * of the story; otherwise where `changeAt` says.
   */
  toggle(arm: Arm, address: string, enabled: boolean): void {
    const atNs = Math.floor(this.#timeNs.peek());
    if ((this.#playing.peek() || this.changeAt.peek() === 'playhead') && atNs > 0) {
      this.#setInterventions(arm, atNs, withIntervention(arm.setup.peek().interventions, { atNs, address, enabled }));
    } else {
      arm.setup.update((setup) => ({ ...setup, switches: { ...setup.switches, [address]: enabled } }));
      this.#start(arm, 0, atNs);
    }
  }
  removeIntervention(arm: Arm, at: number): void {
    const { interventions } = arm.setup.peek();
    const removed = interventions[at];
    if (removed !== undefined) this.#setInterventions(arm, removed.atNs, interventions.toSpliced(at, 1));
  }
  /** Takes back all switches and interventions of an arm. */
  resetArm(arm: Arm): void {
    arm.setup.update(({ variant }) => ({ ...NO_SETUP, variant }));
    this.#start(arm, 0, this.#timeNs.peek());
  }

  #setInterventions(arm: Arm, sameUntilNs: number, interventions: ArmSetup['interventions']): void {
    arm.setup.update((setup) => ({ ...setup, interventions }));
    this.#start(arm, sameUntilNs, this.#timeNs.peek());
  }

  #start(arm: Arm, sameUntilNs: number, keepUntilNs: number): void {
    const request: ArmRequest = { text: this.#text.peek(), seed: this.#seed.peek(), ...arm.setup.peek() };
    arm.run.start(request, sameUntilNs, keepUntilNs);
  }

  // -------------------------------------------------------------------------------------------------------------------
  // How it is looked at

  play(): void {
    if (this.#timeNs.peek() >= this.durationNs.peek()) this.#timeNs.set(0);
    this.#playing.set(true);
  }
  pause(): void {
    this.#playing.set(false);
  }
  togglePlay(): void {
    if (this.#playing.peek()) this.pause();
    else this.play();
  }
  /** Moves the playhead, within the run. */
  seek(timeNs: number): void {
    this.#timeNs.set(Math.min(Math.max(timeNs, 0), this.durationNs.peek()));
  }
  /** Moves the playhead by whole buckets, to the edge of one. */
  step(buckets: number): void {
    const { bucketNs } = this.system.peek() ?? { bucketNs: 1 };
    this.pause();
    const edge = buckets > 0 ? Math.floor(this.#timeNs.peek() / bucketNs + 1e-9) : Math.ceil(this.#timeNs.peek() / bucketNs - 1e-9);
    this.seek((edge + buckets) * bucketNs);
  }
  setSpeed(speed: number): void {
    this.#speed.set(Math.min(Math.max(speed, MIN_SPEED), MAX_SPEED));
  }
  /** Moves the playhead by a span of the wall clock while it plays; waits for the simulation, and stops at the end. */
  advance(wallMs: number): void {
    if (!this.#playing.peek()) return;
    const wanted = this.#timeNs.peek() + wallMs * 1e6 * this.#speed.peek();
    const now = this.#timeNs.peek();
    batch(() => {
      this.#timeNs.set(Math.max(now, Math.min(wanted, this.playableNs.peek())));
      if (this.#timeNs.peek() >= this.durationNs.peek()) this.#playing.set(false);
    });
  }

  /** Shows this stretch in all charts; one that covers the whole run, or nothing, shows the whole run. */
  zoomTo({ fromNs, toNs }: Span): void {
    const duration = this.durationNs.peek();
    const least = Math.min(MIN_ZOOM_BUCKETS * (this.system.peek()?.bucketNs ?? 1), duration);
    const length = Math.max(toNs - fromNs, least);
    const from = Math.min(Math.max(fromNs, 0), duration - length);
    this.zoom.set(length >= duration ? null : { fromNs: from, toNs: from + length });
  }
  /** Magnifies around the playhead. */
  zoomBy(factor: number): void {
    const { fromNs, toNs } = this.span.peek();
    const centre = Math.min(Math.max(this.#timeNs.peek(), fromNs), toNs);
    this.zoomTo({ fromNs: centre - (centre - fromNs) / factor, toNs: centre + (toNs - centre) / factor });
  }
  /** Moves the shown stretch by a share of its length. */
  pan(share: number): void {
    const { fromNs, toNs } = this.span.peek();
    const shift = Math.min(Math.max((toNs - fromNs) * share, -fromNs), this.durationNs.peek() - toNs);
    this.zoomTo({ fromNs: fromNs + shift, toNs: toNs + shift });
  }

  say(text: string): void {
    this.#notice.set({ kind: 'info', text });
  }
  complain(text: string): void {
    this.#notice.set({ kind: 'error', text });
  }
  dismissNotice(): void {
    this.#notice.set(null);
  }
}

/** Looks at each pair of buckets once while the records grow. */
function followDivergence(arms: readonly Arm[]): Readable<number> {
  const found = signal(-1);
  const [a, b] = arms;
  if (a === undefined || b === undefined) return found;
  let pair: readonly [Recording, Recording] | null = null;
  let checked = 0;
  effect(() => {
    const [left, right] = [a.run.recording(), b.run.recording()];
    const shared = Math.min(a.run.recorded(), b.run.recorded());
    if (left === null || right === null) return;
    if (pair?.[0] !== left || pair[1] !== right) {
      pair = [left, right];
      checked = 0;
      found.set(-1);
    }
    if (found.peek() < 0) {
      const bucket = firstDivergence(left, right, checked);
      if (bucket >= 0) found.set(bucket * left.bucketNs);
    }
    checked = shared;
  });
  return found;
}
