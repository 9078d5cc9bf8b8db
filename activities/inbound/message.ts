// Step 4, message: stores the message, or finds it stored. What was told of it before it was known (acks, edits…) is let go to be applied.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { absent, execute } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import { findMessageId, lockMessageKey } from '../../intake/find-message.ts';
import { releaseWaiting } from '../../intake/raw-events.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep, undoStep } from '../saga-steps.ts';
import type { ContactFound } from './contact.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import type { SessionFound } from './session.ts';
import type { Validated } from './validate.ts';

/** The stored message, and whether this saga stored it. */
export type MessageStored = { readonly messageId: string; readonly created: boolean };

/** What the step builds on. */
export type MessagePlace = {
  readonly validated: Validated;
  readonly contact: ContactFound;
  readonly session: SessionFound;
};

export function storeMessage(database: Database, input: InboundInput, place: MessagePlace): Promise<MessageStored> {
  return runStep(database, async ({ tx, saga, cause }) => {
    const { raw, message } = await loadGatewayMessage(database, tx, input.rawEventId);
    await lockMessageKey(tx, input.channelId, message.innerId);
    const known = await findMessageId(tx, input.channelId, message.innerId);
    if (known) return { messageId: known, created: false };
    const messageId = database.ids.next();
    const data = {
      ...content(message),
      messageId,
      projectId: place.validated.projectId,
      tenantId: saga.tenantId,
      channelId: input.channelId,
      chatId: place.session.chatId,
      ...(place.session.sessionId && { sessionId: place.session.sessionId }),
      contactId: place.contact.contactId,
      channelMessageId: message.innerId,
      fromMe: message.fromMe,
      source: message.fromMe ? 'manual' : 'webhook',
      arrival: raw.arrival,
      sentAt: message.sentAt,
      ...(message.media && { aiProcessing: place.validated.enrichable }),
    };
    await execute(database, tx, aggregates.message, messageId, { type: 'message.receive', data }, cause, {
      loaded: absent(aggregates.message),
    });
    await release(database, tx, raw.messageKey);
    return { messageId, created: true };
  });
}

async function release(database: Database, tx: Tx, messageKey: string | null): Promise<void> {
  if (messageKey !== null && (await releaseWaiting(tx, [messageKey])) > 0)
    tx.onCommit(() => database.rawEventsBell.ring());
}

/** What of a message goes into `message.receive`; the parser keeps it within the command's limits. */
export function content(message: MessageEvent): Record<string, unknown> {
  const { media, mediaExpected, location, vcards, replyToInnerId } = message;
  return {
    messageType: message.type,
    ...(message.body !== undefined && { body: message.body }),
    ...(media && {
      media: {
        mimetype: media.mimetype,
        ...(media.url && { url: media.url }),
        ...(media.filename && { filename: media.filename }),
        ...(media.durationSeconds !== undefined && { durationSeconds: media.durationSeconds }),
      },
    }),
    // The file is there but not downloaded: say so, rather than show an empty message.
    ...(!media && mediaExpected && { media: { mimetype: 'application/octet-stream' } }),
    ...(location && { location }),
    ...(vcards && { vcards }),
    ...(replyToInnerId && { replyToChannelMessageId: replyToInnerId }),
  };
}

export function undoMessage(database: Database): Promise<void> {
  return undoStep<MessageStored>(database, async ({ tx, cause, result }) => {
    if (!result.created) return;
    const discard = { type: 'message.discard', data: { reason: 'saga_compensated' } } as const;
    await execute(database, tx, aggregates.message, result.messageId, discard, cause, { lock: true });
  });
}
