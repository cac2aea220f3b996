/**
 * Goal: what is on show is always the record of the present request or an older one that is still of use, never a mixture.
 * Method: a link in the hands of the test: frames early, late, of older epochs, refusals and a worker that dies.
 */
import { describe, expect, test } from 'vitest';
import { ArmRun } from '../../web/arm/arm-run.ts';
import { fakeArms, protectedByBreaker, unprotected } from './support/fake-ports.ts';
import { fakeRun, framesOf } from './support/fake-run.ts';

const stormy = fakeRun(unprotected);
const calm = fakeRun(protectedByBreaker);

function started(): { run: ArmRun; arm: ReturnType<typeof fakeArms>['arms'][number] } {
  const { arms, connectArm } = fakeArms();
  const run = new ArmRun(connectArm);
  run.start(unprotected, 0, 0);
  return { run, arm: arms[0]! };
}

describe('an arm', () => {
  test('shows its record as it grows, and the summary at the end', async () => {
    const { run, arm } = started();
    expect(run.phase()).toEqual({ kind: 'starting' });
    await arm.answer({ ok: true, ready: stormy.ready });
    const [first, second] = framesOf(stormy, 1, 600);
    arm.send(first!);
    expect(run.phase()).toEqual({ kind: 'running', endNs: 60e9 });
    expect(run.recorded()).toBe(600);
    arm.send(second!);
    expect(run.validUntilNs()).toBe(120e9);
    arm.send({ type: 'done', epoch: 1, summary: stormy.summary });
    expect(run.phase()).toEqual({ kind: 'finished' });
    expect(run.summary()).toBe(stormy.summary);
  });

  test('takes frames that arrive before the answer', async () => {
    const { run, arm } = started();
    framesOf(stormy, 1, 1200).forEach((frame) => arm.send(frame));
    arm.send({ type: 'done', epoch: 1, summary: stormy.summary });
    expect(run.recording()).toBeNull();
    await arm.answer({ ok: true, ready: stormy.ready });
    expect(run.recorded()).toBe(stormy.ready.buckets);
    expect(run.phase().kind).toBe('finished');
  });

  test('drops what belongs to an older request', async () => {
    const { run, arm } = started();
    await arm.answer({ ok: true, ready: stormy.ready });
    run.start(protectedByBreaker, 0, 0);
    arm.send(framesOf(stormy, 1, 600)[0]!);
    arm.send({ type: 'done', epoch: 1, summary: stormy.summary });
    expect(run.recorded()).toBe(0);
    expect(run.summary()).toBeNull();
    await arm.answer({ ok: true, ready: calm.ready });
    arm.send(framesOf(calm, 2, 600)[0]!);
    expect(run.recording()?.system).toBe(calm.ready.system);
    expect(run.recorded()).toBe(600);
  });

  test('keeps the old record until the new one has reached the playhead', async () => {
    const { run, arm } = started();
    await arm.answer({ ok: true, ready: stormy.ready });
    framesOf(stormy, 1, 600).forEach((frame) => arm.send(frame));
    const old = run.recording();
    run.start(protectedByBreaker, 70e9, 70e9);
    expect(run.validUntilNs()).toBe(70e9);
    await arm.answer({ ok: true, ready: calm.ready });
    const [first, second] = framesOf(calm, 2, 600);
    arm.send(first!);
    expect(run.recording()).toBe(old);
    expect(run.phase()).toEqual({ kind: 'running', endNs: 60e9 });
    expect(run.validUntilNs()).toBe(70e9);
    arm.send(second!);
    expect(run.recording()).not.toBe(old);
    expect(run.recorded()).toBe(1200);
    expect(run.validUntilNs()).toBe(120e9);
  });

  test('says why a text cannot be run, and keeps what it had', async () => {
    const { run, arm } = started();
    await arm.answer({ ok: true, ready: stormy.ready });
    arm.send(framesOf(stormy, 1, 600)[0]!);
    run.start({ ...unprotected, text: 'wrong' }, 0, 0);
    await arm.answer({ ok: false, problems: [] });
    expect(run.phase()).toEqual({ kind: 'refused', problems: [] });
    expect(run.recorded()).toBe(600);
  });

  test('survives the death of its worker: the record stays, the next run gets a new one', async () => {
    const { arms, connectArm } = fakeArms();
    const run = new ArmRun(connectArm);
    run.start(unprotected, 0, 0);
    await arms[0]!.answer({ ok: true, ready: stormy.ready });
    arms[0]!.send(framesOf(stormy, 1, 600)[0]!);
    arms[0]!.die('out of memory');
    expect(run.phase()).toEqual({ kind: 'broken', message: 'out of memory' });
    expect(arms[0]!.closed).toBe(true);
    expect(run.recorded()).toBe(600);
    run.start(unprotected, 0, 0);
    expect(arms).toHaveLength(2);
    await arms[1]!.answer({ ok: true, ready: stormy.ready });
    expect(run.phase()).toEqual({ kind: 'running', endNs: 0 });
  });

  test('can be stopped: later frames are dropped, the record stays', async () => {
    const { run, arm } = started();
    await arm.answer({ ok: true, ready: stormy.ready });
    const [first, second] = framesOf(stormy, 1, 600);
    arm.send(first!);
    run.stop();
    arm.send(second!);
    expect(run.phase()).toEqual({ kind: 'stopped' });
    expect(run.recorded()).toBe(600);
  });
});
