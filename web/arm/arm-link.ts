import { releaseProxy, wrap } from 'comlink';
import type { ArmMessage, ArmRequest, ArmStart, ArmWorker, LanguageWorker } from '../../sim/worker/protocol.ts';

/** The way to whatever runs an arm. Frames come through `receive`, in order. */
export interface ArmLink {
  start(request: ArmRequest, epoch: number): Promise<ArmStart>;
  stop(): Promise<void>;
  /** Ends the worker; nothing comes afterwards. */
  close(): void;
}

export type ConnectArm = (receive: (message: ArmMessage) => void, died: (message: string) => void) => ArmLink;

/**
 * Starts a worker for one arm. Control goes through comlink; frames are posted on the same worker and told apart by
 * their `type`: comlink's own messages have an `id`, and comlink leaves alone what has none.
 */
export const connectArm: ConnectArm = (receive, died) => {
  const worker = new Worker(new URL('../../sim/worker/arm.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<ArmMessage>>) => {
    if (data.type === 'frame' || data.type === 'done') receive(data as ArmMessage);
  });
  worker.addEventListener('error', (event) => died(event.message || 'its program could not be loaded'));
  const remote = wrap<ArmWorker>(worker);
  return {
    start: (request, epoch) => remote.start(request, epoch),
    stop: () => remote.stop(),
    close: () => {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
};

export type ConnectLanguage = (died: (message: string) => void) => LanguageWorker;

/** Starts the worker that answers about texts. */
export const connectLanguage: ConnectLanguage = (died) => {
  const worker = new Worker(new URL('../../sim/worker/language.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', (event) => died(event.message || 'its program could not be loaded'));
  return wrap<LanguageWorker>(worker);
};
