// Queues a text to the contact of a run; its event starts the saga that sends it.
import { aggregates } from '../../../db/aggregates.ts';
import { execute, load } from '../../../db/execute.ts';
import { activeSession, individualChat } from '../../../db/queries/conversation.ts';
import { nextArrival } from '../../../db/queries/next-arrival.ts';
import { optOutOn } from '../../../domain/contact/consent.ts';
import type { Contact } from '../../../domain/contact/state.ts';
import { violated } from '../../../domain/kernel/errors.ts';
import { derivedId } from '../../../platform/clock.ts';
import { presentContact, type Work } from './action-work.ts';

/** `textFor` makes the text for the contact; without `channelId` it goes where the event came from. */
export async function queueText(
  work: Work,
  { channelId: named, textFor }: { readonly channelId?: string | undefined; readonly textFor: (of: Contact) => string },
): Promise<void> {
  const { deps, tx, run, cause, position } = work;
  const contact = await presentContact(work);
  const channelId = named ?? run.channelId;
  if (channelId === null) throw violated('no_channel', 'What set the rule off came on no channel: name one.');
  const { state: channel, exists } = await load(deps, tx, aggregates.channel, channelId);
  if (!exists || channel.deletedAt !== null || !['active', 'disconnected', 'connecting'].includes(channel.status))
    throw violated('channel_not_active', 'The channel is not connected.');
  // Nobody asked for it: an opt-out counts, also inside an open session.
  if (optOutOn(contact.optOuts, channelId)) throw violated('opted_out', 'The contact opted out of messages.');
  const chatId = await individualChat(tx, channelId, contact.id);
  const messageId = derivedId('automation message', run.id, String(position));
  const data = {
    messageId,
    projectId: run.projectId,
    tenantId: tx.tenantId,
    channelId,
    contactId: contact.id,
    ...(chatId !== undefined && { chatId }),
    ...(await activeSession(tx, channelId, contact.id)),
    source: 'automation',
    messageType: 'text',
    body: textFor(contact),
    arrival: await nextArrival(tx),
  };
  // The saga's correlation id is the message's own id.
  const caused = { ...cause, correlationId: messageId };
  await execute(deps, tx, aggregates.message, messageId, { type: 'message.queue', data }, caused);
}
