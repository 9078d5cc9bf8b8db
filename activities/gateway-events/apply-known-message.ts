// A message event of a message that is stored already: the echo of one we sent, or the same message under another event or id.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import { findMessageId, lockMessageKey } from '../../intake/find-message.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import { learnIdentity } from '../inbound/learn-identity.ts';
import type { Applied, Applying } from './apply-gateway-event.ts';

export async function applyKnownMessage({ database, tx, raw, event, cause }: Applying<MessageEvent>): Promise<Applied> {
  await lockMessageKey(tx, raw.channelId, event.innerId);
  const messageId = await findMessageId(tx, raw.channelId, event.innerId);
  if (messageId === undefined) return { outcome: 'needs_saga' };
  const { state: message } = await load(database, tx, aggregates.message, messageId);
  const { contactId } = message;
  const { state: contact } = await load(database, tx, aggregates.contact, contactId);
  // The same message under the person's other address tells that both are theirs.
  if (contact.deletedAt === null) await learnIdentity(database, { tx, cause }, contactId, event);
  if (!event.fromMe) return { outcome: 'duplicate', contactId };
  // What comes back from the gateway has left it: that settles a send whose answer was lost.
  const isConcluded = event.status === undefined || event.status === 'queued';
  const status = isConcluded ? 'sent' : event.status;
  const data = { status, at: event.sentAt, channelMessageId: event.innerId, isConcluded };
  await execute(database, tx, aggregates.message, messageId, { type: 'message.apply_status', data }, cause, {
    lock: true,
  });
  return { outcome: 'processed', contactId };
}
