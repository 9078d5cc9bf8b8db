// What a broadcast's doings name as their cause: the broadcast, which is also the saga that they belong to.
import type { Cause } from '../../db/execute.ts';
import { derivedId } from '../../platform/clock.ts';

/** The cause; `correlationId` other than the broadcast's where a saga of its own begins: that of the message. */
export function broadcastCause(broadcastId: string, correlationId = broadcastId): Cause {
  return { causationId: derivedId('broadcast', broadcastId), correlationId };
}
