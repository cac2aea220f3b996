/**
 * Goal: every action of a person changes what is run and what is seen as promised, and a link restores all of it.
 * Method: a store over fake workers, driven through its actions; what was asked of the workers is read back.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkTo, openLink } from '../../web/share-link.ts';
import { Store } from '../../web/store.ts';
import { switchAt, withIntervention } from '../../web/work.ts';
import { property } from '../support/random-cases.ts';
import { BROKEN_TEXT, type FakeArm, fakeArms, fakePorts } from './support/fake-ports.ts';
import { fakeRun, framesOf } from './support/fake-run.ts';

interface Opened {
  readonly store: Store;
  readonly arms: readonly FakeArm[];
}

async function opened(): Promise<Opened> {
  const { arms, connectArm } = fakeArms();
  const store = new Store(fakePorts(connectArm));
  await store.openScenario('retry-storm');
  return { store, arms };
}

/** Lets every arm simulate its latest request from bucket to bucket; up to the end of the run it is finished. */
async function simulate({ arms }: Opened, to = 2400, from = 0): Promise<void> {
  for (const arm of arms) {
    const run = fakeRun(arm.requests.at(-1)!);
    const epoch = arm.epochs.at(-1)!;
    if (from === 0 && !arm.answered.has(epoch)) await arm.answer({ ok: true, ready: run.ready });
    else if (from === 0) continue;
    for (const frame of framesOf(run, epoch, 100)) if (frame.firstBucket >= from && frame.firstBucket < to) arm.send(frame);
    if (to === 2400) arm.send({ type: 'done', epoch, summary: run.summary });
  }
}

describe('opening a scenario', () => {
  test('runs its first two variants beside each other, from just before the first fault, within a minute', async () => {
    const { store, arms } = await opened();
    expect(arms.map(({ requests }) => requests.at(-1)?.variant)).toEqual(['unprotected', 'breaker']);
    expect(store.timeNs()).toBe(60e9 - 4.8e9);
    expect(store.speed()).toBe(4);
    expect(store.playing()).toBe(false);
  });

  test('shows the system before anything has run', async () => {
    const { store } = await opened();
    expect(store.system()?.title).toBe('Retry storm');
  });

  test('finds where the runs part', async () => {
    const both = await opened();
    await simulate(both);
    expect(both.store.divergenceNs()).toBeGreaterThanOrEqual(60e9);
    expect(both.store.divergenceNs()).toBeLessThan(85e9);
  });
});

describe('a switch', () => {
  test('works from the start while the run stands still', async () => {
    const both = await opened();
    await simulate(both);
    both.store.toggle(both.store.arms[0]!, 'api/orders/circuitBreaker', true);
    expect(both.arms[0]!.requests.at(-1)).toMatchObject({ switches: { 'api/orders/circuitBreaker': true }, interventions: [] });
    expect(both.arms[1]!.requests).toHaveLength(1);
  });

  test('becomes an intervention at the playhead while the run plays, and can be taken back', async () => {
    const both = await opened();
    await simulate(both);
    const { store, arms } = both;
    store.seek(100e9);
    store.play();
    store.toggle(store.arms[0]!, 'api/orders/circuitBreaker', true);
    const intervention = { atNs: 100e9, address: 'api/orders/circuitBreaker', enabled: true };
    expect(arms[0]!.requests.at(-1)).toMatchObject({ switches: {}, interventions: [intervention] });
    // The playhead waits for the run that contains the change.
    store.advance(1000);
    expect(store.timeNs()).toBe(100e9);
    await simulate(both);
    store.advance(1000);
    expect(store.timeNs()).toBe(104e9);
    store.removeIntervention(store.arms[0]!, 0);
    expect(arms[0]!.requests.at(-1)).toMatchObject({ interventions: [] });
  });

  test('works at the playhead of a run that stands still when the person says so', async () => {
    const both = await opened();
    both.store.changeAt.set('playhead');
    both.store.seek(90e9);
    both.store.toggle(both.store.arms[1]!, 'faults/slowdown', false);
    expect(both.arms[1]!.requests.at(-1)?.interventions).toEqual([{ atNs: 90e9, address: 'faults/slowdown', enabled: false }]);
    both.store.resetArm(both.store.arms[1]!);
    expect(both.arms[1]!.requests.at(-1)).toMatchObject({ variant: 'breaker', switches: {}, interventions: [] });
  });

  const change = fc.record({ atNs: fc.nat(9), address: fc.constantFrom('a', 'b'), enabled: fc.boolean() });

  property('shows the state that the changes up to now have left', [fc.array(change)], (changes) => {
    const list = changes.reduce((all, one) => withIntervention(all, one), [] as ReturnType<typeof withIntervention>);
    for (let now = 0; now < 10; now++) {
      const latest = changes.filter(({ atNs, address }) => address === 'a' && atNs <= now);
      const newestInstant = Math.max(...latest.map(({ atNs }) => atNs));
      const expected = latest.findLast(({ atNs }) => atNs === newestInstant)?.enabled ?? true;
      expect(switchAt(list, 'a', now, true)).toBe(expected);
    }
  });
});

describe('time', () => {
  test('moves with the speed, waits for the simulation and stops at the end', async () => {
    const both = await opened();
    await simulate(both, 900);
    const { store } = both;
    store.setSpeed(10);
    store.play();
    store.advance(1000);
    expect(store.timeNs()).toBe(65.2e9);
    for (let frame = 0; frame < 50; frame++) store.advance(100);
    expect(store.timeNs()).toBe(90e9);
    expect(store.playing()).toBe(true);
    await simulate(both, 2400, 900);
    for (let frame = 0; frame < 200; frame++) store.advance(100);
    expect(store.timeNs()).toBe(240e9);
    expect(store.playing()).toBe(false);
    store.play();
    expect(store.timeNs()).toBe(0);
  });

  test('steps to the edges of buckets and stays within the run', async () => {
    const { store } = await opened();
    store.seek(10.05e9);
    store.step(1);
    expect(store.timeNs()).toBe(10.1e9);
    store.step(-1);
    expect(store.timeNs()).toBe(10e9);
    store.seek(-5);
    expect(store.timeNs()).toBe(0);
    store.seek(1e15);
    expect(store.timeNs()).toBe(240e9);
    store.setSpeed(1e6);
    expect(store.speed()).toBe(100);
  });

  test('goes on when one arm cannot be run', async () => {
    const both = await opened();
    await simulate(both);
    both.store.setVariant(both.store.arms[1]!, 'breaker');
    await both.arms[1]!.answer({ ok: false, problems: [] });
    expect(both.store.playableNs()).toBe(240e9);
  });
});

describe('a text of one’s own', () => {
  test('with mistakes changes nothing, and is kept', async () => {
    const both = await opened();
    both.store.draft.set(BROKEN_TEXT);
    await both.store.runDraft();
    expect(both.store.problems()).toHaveLength(1);
    expect(both.store.notice()).toMatchObject({ kind: 'error', text: expect.stringContaining('a mistake') });
    expect(both.store.draft()).toBe(BROKEN_TEXT);
    expect(both.store.scenario()).toBe('retry-storm');
    expect(both.arms[0]!.requests).toHaveLength(1);
  });

  test('without mistakes is run with the variants chosen before', async () => {
    const both = await opened();
    both.store.setVariant(both.store.arms[0]!, 'one-layer-of-retry');
    both.store.draft.set('title: mine');
    await both.store.runDraft();
    expect(both.store.scenario()).toBe('');
    expect(both.arms[0]!.requests.at(-1)).toMatchObject({ text: 'title: mine', variant: 'one-layer-of-retry' });
  });

  test('that was not run yet is kept when another scenario is opened', async () => {
    const { store } = await opened();
    store.draft.set('title: mine');
    await store.openScenario('failover');
    expect([store.draft(), store.shelved()]).toEqual(['title: Failover', 'title: mine']);
    store.bringBackShelved();
    expect([store.draft(), store.shelved()]).toEqual(['title: mine', '']);
  });

  test('that equals a shipped one is that one', async () => {
    const { store } = await opened();
    store.draft.set('title: Failover');
    await store.runDraft();
    expect(store.scenario()).toBe('failover');
  });
});

describe('a link', () => {
  test('restores everything in another page', async () => {
    const first = await opened();
    const { store } = first;
    store.setSeed('43');
    store.setVariant(store.arms[1]!, 'one-layer-of-retry');
    store.toggle(store.arms[0]!, 'faults/kill', false);
    store.changeAt.set('playhead');
    store.seek(123.4e9);
    store.toggle(store.arms[1]!, 'faults/slowdown', false);
    store.setSpeed(0.5);
    store.theme.set('dark');
    store.zoomTo({ fromNs: 100.5e9, toNs: 130e9 });
    const link = await openLink(await linkTo(store.work()));
    const second = await opened();
    if (link.kind !== 'work') throw new Error(`the link holds ${link.kind}`);
    await second.store.openWork(link.work);
    expect(second.store.work()).toEqual(store.work());
    expect(second.arms.map(({ requests }) => requests.at(-1))).toEqual(first.arms.map(({ requests }) => requests.at(-1)));
  });

  test('to a run that has become shorter stays within it', async () => {
    const { store } = await opened();
    const beyond = 2 * store.durationNs();
    await store.openWork({ ...store.work(), timeNs: beyond, zoom: { fromNs: 0, toNs: beyond } });
    expect(store.timeNs()).toBe(store.durationNs());
    expect(store.zoom()).toBeNull();
  });

  test('that needs an unknown scenario changes nothing', async () => {
    const { store } = await opened();
    const before = store.work();
    await store.openWork({ ...before, scenario: 'nowhere' });
    expect(store.work()).toEqual(before);
    expect(store.notice()).toMatchObject({ kind: 'error', text: expect.stringContaining('"nowhere"') });
  });

  test('with a text that has mistakes keeps the work and puts the text into the editor', async () => {
    const { store } = await opened();
    const before = store.work();
    await store.openWork({ ...before, scenario: '', text: BROKEN_TEXT, seed: '9' });
    expect(store.work()).toEqual(before);
    expect(store.draft()).toBe(BROKEN_TEXT);
  });
});
