/**
 * One send on its way: the request travelling, the work at the server, the answer travelling back. Caller and server
 * each hold one end and either may cut it: a caller that lets go does not stop the server, and a server that dies tells
 * the caller, or not. Exchanges are pooled and known by a number that events carry.
 */
import { type Context, SHARED_NUMBER } from '../resilience/context.ts';
import type { Ending } from '../resilience/ending.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { Instance } from './instance.ts';
import type { Wire } from './wire.ts';

/** Where an exchange is. */
export const Phase = { free: 0, outward: 1, atServer: 2, homeward: 3, silent: 4 } as const;

/** What an exchange has besides when it is tied to another one of its call. */
export class Tie {
  twin: Exchange | null = null;
  /** The server has given it a thread. */
  hasBegun = false;
  /** Its twin has begun: it is dropped instead of being begun. */
  isRevoked = false;
  /** Handle of the event that will tell its server so, or -1. */
  revocation = -1;
}

export class Exchange {
  readonly id: number;
  phase: number = Phase.free;
  wire!: Wire;
  /** The caller's end; null once the caller has let go. */
  send: CallRecord | null = null;
  /** The server's end; null before arrival and after the work has ended or was lost. */
  activation: CallRecord | null = null;
  instance!: Instance;
  /** Key and nature of the server's work. */
  context!: Context;
  /** Until the caller no longer wants the answer: what is left of that time when the request leaves, and from its arrival the instant. */
  deadline = SHARED_NUMBER;
  /** When the cancel message that follows the request is due; Infinity when none was sent. */
  cancelAt = SHARED_NUMBER;
  /** How often the record has been used. */
  use = 0;
  tie: Tie | null = null;
  /** Handle of the event that will move it on, or -1. */
  event = -1;
  /** Which of its server's requests it is, counted from 1; 0 before its arrival and after the work has ended or was lost. */
  arrival = 0;
  /** The answer, once there is one; it waits as long as the instance hangs. */
  ending: Ending | null = null;
  /** The life of the instance in which the connection was set up that carries it; -1: it has one of its own. */
  life = -1;

  constructor(id: number) {
    this.id = id;
  }
}
