// The ids of channels' sagas, from what starts them: whoever knows a channel, or an event of it, knows its saga without asking.
import { derivedId } from '../platform/clock.ts';

/** A saga's workflow and correlation id. */
export type SagaIds = { readonly workflowId: string; readonly correlationId: string };

/** The saga that carries out the request of this moment: a channel has one activation at a time. */
export function activationSaga(channelId: string, requestedAt: string): SagaIds {
  const at = String(Date.parse(requestedAt));
  return {
    workflowId: `activate-channel-${channelId}-${at}`,
    correlationId: derivedId('channel activation', channelId, at),
  };
}

/** The saga that imports what was asked for at this moment: a channel has one import at a time. */
export function historyImportSaga(channelId: string, requestedAt: string): SagaIds {
  const at = String(Date.parse(requestedAt));
  return {
    workflowId: `import-history-${channelId}-${at}`,
    correlationId: derivedId('channel history import', channelId, at),
  };
}

/** The saga that an event (channel.deactivated, channel.deleted) starts. */
export function disconnectionSaga(eventId: string): SagaIds {
  return {
    workflowId: `disconnect-channel-${eventId}`,
    correlationId: derivedId('channel disconnection', eventId),
  };
}
