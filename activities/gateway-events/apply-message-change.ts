// Acks, edits, revokes and reactions. One whose message is not known yet is kept and applied when the message comes; those of one message take
// effect in the order in which they arrived.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import type { Message } from '../../domain/message/message.ts';
import { findMessageId, lockMessageKey } from '../../intake/find-message.ts';
import type { AckEvent, EditEvent, ReactionEvent, RevokeEvent } from '../../integrations/waha/gateway-event.ts';
import { findContact } from '../inbound/find-contact.ts';
import type { Applied, Applying } from './apply-gateway-event.ts';

type Change = AckEvent | EditEvent | RevokeEvent | ReactionEvent;

export async function applyMessageChange({ event, ...applying }: Applying<Change>): Promise<Applied> {
  const { database, tx, raw, cause } = applying;
  await lockMessageKey(tx, raw.channelId, event.innerId);
  const messageId = await findMessageId(tx, raw.channelId, event.innerId);
  if (messageId === undefined) return { outcome: 'waiting' };
  if (await isOvertaking(applying)) return { outcome: 'later', afterMs: 50 };
  // "Not sent yet" is where every message starts.
  if (event.kind === 'ack' && event.status === 'queued') return { outcome: 'processed' };
  const { state: message } = await load(database, tx, aggregates.message, messageId, true);
  const command = await commandFor({ ...applying, event }, message);
  if (command === undefined) return { outcome: 'ignored', reason: 'unknown_person' };
  await execute(database, tx, aggregates.message, messageId, command, cause);
  return { outcome: 'processed', contactId: message.contactId };
}

/** Whether an earlier one of the same message is still to be applied: let go a moment ago, or in another dispatcher's hands. One that fails is not waited for. */
async function isOvertaking({ tx, raw }: Pick<Applying, 'tx' | 'raw'>): Promise<boolean> {
  const { rows } = await tx.query(
    `select 1 from raw_events where tenant_id = $1 and message_key = $2 and arrival < $3 and status = 'stored' and attempts = 0
       and kind in ('ack', 'edit', 'revoke', 'reaction') limit 1`,
    [raw.tenantId, raw.messageKey, raw.arrival],
  );
  return rows.length > 0;
}

async function commandFor({ database, tx, event }: Applying<Change>, message: Message) {
  switch (event.kind) {
    case 'ack': {
      const failure = event.status === 'failed' ? { failureReason: 'gateway_reported_error' } : {};
      const data = { status: event.status, at: event.occurredAt, channelMessageId: event.innerId, ...failure };
      return { type: 'message.apply_status', data } as const;
    }
    case 'edit':
      return editCommand(event);
    case 'revoke':
      return { type: 'message.revoke', data: { revokedAt: event.revokedAt } } as const;
    case 'reaction': {
      const reactor = event.sender && (await findContact(database, tx, message.projectId, event.sender));
      // Between two people the other one is the message's own contact; in a group it has to be known who it was.
      const contactId = reactor ?? (message.sessionId !== null || event.fromMe ? message.contactId : undefined);
      if (contactId === undefined) return undefined;
      return reactionCommand(event, contactId);
    }
  }
}

/** What an edit asks of its message. */
export function editCommand({ body, editedAt }: EditEvent) {
  return { type: 'message.edit', data: { body, editedAt } } as const;
}

/** What a contact's reaction asks of its message. */
export function reactionCommand({ reaction, reactedAt, fromMe }: ReactionEvent, contactId: string) {
  return { type: 'message.set_reaction', data: { contactId, reaction, reactedAt, fromMe } } as const;
}
