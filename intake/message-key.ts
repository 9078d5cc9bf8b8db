// The deterministic names of one gateway message: the key all its events share, and the id of the workflow that takes it.
import { derivedId } from '../platform/clock.ts';

/** One id for one message of a channel, whatever form its gateway id had. Holds nothing personal: a UUIDv5. */
export function messageKey(channelId: string, innerId: string): string {
  return derivedId('gateway message', channelId, innerId);
}

/** The workflow of a message. The first run has no suffix; a replay after a compensated run counts on. */
export function inboundWorkflowId(key: string, runNumber: number): string {
  return runNumber === 1 ? `inbound-message-${key}` : `inbound-message-${key}-${runNumber}`;
}

/** The saga's correlation id: one per run, so that the log tells the runs apart. */
export function inboundCorrelationId(key: string, runNumber: number): string {
  return runNumber === 1 ? key : derivedId('inbound run', key, String(runNumber));
}
