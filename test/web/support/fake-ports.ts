import type { ArmMessage, ArmRequest, ArmStart, LanguageWorker, Problem } from '../../../sim/worker/protocol.ts';
import type { ConnectArm } from '../../../web/arm/arm-link.ts';
import { Recording } from '../../../web/arm/recording.ts';
import type { StorePorts } from '../../../web/store.ts';
import { type FakeRun, fakeSystem, framesOf } from './fake-run.ts';

/** The other end of an arm's link, in the hands of a test: nothing comes back until the test says so. */
export interface FakeArm {
  readonly requests: ArmRequest[];
  readonly epochs: number[];
  /** Epochs that have been answered. */
  readonly answered: Set<number>;
  closed: boolean;
  /** Answers the latest `start`. */
  answer(start: ArmStart): Promise<void>;
  send(message: ArmMessage): void;
  die(message: string): void;
}

export function fakeArms(): { readonly arms: FakeArm[]; readonly connectArm: ConnectArm } {
  const arms: FakeArm[] = [];
  const connectArm: ConnectArm = (receive, died) => {
    let resolve: (start: ArmStart) => void = () => {};
    const arm: FakeArm = {
      requests: [],
      epochs: [],
      answered: new Set(),
      closed: false,
      answer: async (start) => {
        arm.answered.add(arm.epochs.at(-1)!);
        resolve(start);
        await settled();
      },
      send: receive,
      die: died,
    };
    arms.push(arm);
    return {
      start: (request, epoch) => {
        arm.requests.push(request);
        arm.epochs.push(epoch);
        return new Promise((done) => {
          resolve = done;
        });
      },
      stop: () => Promise.resolve(),
      close: () => {
        arm.closed = true;
      },
    };
  };
  return { arms, connectArm };
}

/** Lets promises that are already resolved take effect. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** A text that the fake language worker refuses. */
export const BROKEN_TEXT = 'broken';

const problem: Problem = { severity: 'error', message: 'unknown word "sytem"', path: '', line: 3, column: 1, from: 20, to: 25, suggestion: 'system' };

const fakeLanguage: LanguageWorker = {
  reference: () => Promise.resolve([]),
  diagnose: (text) => Promise.resolve(text === BROKEN_TEXT ? [problem] : []),
  describe: (request) =>
    Promise.resolve(
      request.text === BROKEN_TEXT ? { system: null, problems: [problem] } : { system: fakeSystem(request), problems: [] },
    ),
};

export function fakePorts(connectArm: ConnectArm): StorePorts {
  return {
    connectArm,
    connectLanguage: () => fakeLanguage,
    scenarios: [
      { name: 'retry-storm', title: 'Retry storm', text: 'title: Retry storm' },
      { name: 'failover', title: 'Failover', text: 'title: Failover' },
    ],
  };
}

/** A finished record of the given request. */
export function recordingOf(run: FakeRun): Recording {
  const recording = new Recording(run.ready);
  framesOf(run, 1, 300).forEach((frame) => recording.append(frame));
  return recording;
}

export const unprotected: ArmRequest = { text: '', variant: 'unprotected', seed: '', switches: {}, interventions: [] };
export const protectedByBreaker: ArmRequest = { ...unprotected, variant: 'breaker' };

