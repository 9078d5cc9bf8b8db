// One recipient's turn, in one commit: still wanted, awake, and the number may send? Then the message is queued under an id of its own, which no second run can change.
import { aggregates } from '../../db/aggregates.ts';
import { channelBucket, takeTurn } from '../../db/broadcast-pacing.ts';
import { currentContact } from '../../db/current-contact.ts';
import type { Database } from '../../db/deps.ts';
import { execute, type Loaded, load } from '../../db/execute.ts';
import { activeSession, individualChat } from '../../db/queries/conversation.ts';
import { nextArrival } from '../../db/queries/next-arrival.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { Broadcast } from '../../domain/broadcast/broadcast.ts';
import type { BroadcastRecipient } from '../../domain/broadcast-recipient/broadcast-recipient.ts';
import type { BroadcastRecipientCommand } from '../../domain/broadcast-recipient/commands.ts';
import { optOutOn } from '../../domain/contact/consent.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { waitFor } from '../../domain/outreach/pacing.ts';
import { quietUntil } from '../../domain/outreach/quiet-hours.ts';
import { derivedId } from '../../platform/clock.ts';
import type { RecipientInput } from '../../workflows/names.ts';
import { type Content, contentOf } from '../outreach/content.ts';
import { broadcastCause } from './broadcast-cause.ts';

/**
 * What came of it. `send`: its message waits to be sent, the next turn is in `nextMs`. `done`: nothing is to be sent, now or ever. `wait`: for the
 * number. `stop`: the broadcast does not run.
 */
export type Begun =
  | { readonly kind: 'send'; readonly messageId: string; readonly nextMs: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'done' | 'stop' };

/** What it needs. `random` draws the jitter. */
export type BeginDeps = { readonly database: Database; readonly random: () => number };

type Turn = {
  readonly deps: BeginDeps;
  readonly tx: Tx;
  readonly broadcast: Broadcast;
  readonly recipient: Loaded<BroadcastRecipient>;
};

/** Takes the turn. A second run finds what the first one did. */
export function beginRecipient(
  deps: BeginDeps,
  { tenantId, broadcastId, recipientId }: RecipientInput,
): Promise<Begun> {
  const { database } = deps;
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    // Whoever pauses or cancels it waits for this turn, so that nothing is begun once they have their answer. Taken before the recipient, as they do.
    await tx.query('select from broadcasts where tenant_id = $1 and id = $2 for share', [tenantId, broadcastId]);
    const { state: broadcast } = await load(database, tx, aggregates.broadcast, broadcastId);
    const recipient = await load(database, tx, aggregates.broadcastRecipient, recipientId, true);
    const { status, messageId } = recipient.state;
    if (status === 'sending' && messageId !== null) return { kind: 'send', messageId, nextMs: 0 };
    if (status !== 'pending') return { kind: 'done' };
    return broadcast.status === 'running' ? takeTheTurn({ deps, tx, broadcast, recipient }) : { kind: 'stop' };
  });
}

async function takeTheTurn(turn: Turn): Promise<Begun> {
  const { deps, tx, broadcast, recipient } = turn;
  const nowMs = deps.database.clock.now().getTime();
  const contact = await currentContact(deps.database, tx, recipient.state.contactId);
  const content = contact && (await contentFor(turn, contact));
  if (contact === undefined || content === undefined) return skip(turn, 'contact_gone');
  if (typeof content === 'string') return skip(turn, content);
  const { quietHours } = (await channelBucket(tx, broadcast.channelId)).policy;
  const awakeAt = quietHours === null ? undefined : quietUntil(quietHours, contact.timezone, nowMs);
  if (awakeAt !== undefined) {
    const data = { notBefore: new Date(awakeAt).toISOString() };
    await toRecipient(turn, { type: 'broadcast_recipient.defer', data });
    return { kind: 'done' };
  }
  const { waitMs, buckets } = await takeTurn(tx, broadcast, { nowMs, random: deps.random() });
  if (waitMs > 0) return { kind: 'wait', ms: waitMs };
  const messageId = await queue(turn, contact, content);
  await toRecipient(turn, { type: 'broadcast_recipient.begin', data: { messageId } });
  return { kind: 'send', messageId, nextMs: waitFor(buckets, nowMs) };
}

/** What the contact gets; a text: why they get nothing. */
async function contentFor(turn: Turn, contact: Contact): Promise<Content | string> {
  const { tx, broadcast, recipient } = turn;
  if (contact.anonymizedAt !== null) return 'contact_gone';
  if (optOutOn(contact.optOuts, broadcast.channelId)) return 'opted_out';
  if (contact.id !== recipient.state.contactId && (await hasTurnOfTheirOwn(tx, recipient.state, contact.id)))
    return 'contact_merged';
  return contentOf(broadcast.message, contact);
}

/** Merged into somebody who is a recipient too, or into whom another recipient was merged: they get one message. */
async function hasTurnOfTheirOwn(tx: Tx, { id, broadcastId }: BroadcastRecipient, contactId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `select 1 from broadcast_recipients other left join messages message on message.tenant_id = other.tenant_id and message.id = other.message_id
     where other.tenant_id = $1 and other.broadcast_id = $2 and other.id <> $3 and (other.contact_id = $4 or message.contact_id = $4) limit 1`,
    [tx.tenantId, broadcastId, id, contactId],
  );
  return rows.length > 0;
}

async function skip(turn: Turn, reason: string): Promise<Begun> {
  await toRecipient(turn, { type: 'broadcast_recipient.skip', data: { reason } });
  return { kind: 'done' };
}

async function toRecipient(
  { deps, tx, broadcast, recipient }: Turn,
  command: Pick<BroadcastRecipientCommand, 'type' | 'data'>,
): Promise<void> {
  const { id } = recipient.state;
  const cause = broadcastCause(broadcast.id);
  await execute(deps.database, tx, aggregates.broadcastRecipient, id, command, cause, { loaded: recipient });
}

async function queue({ deps, tx, broadcast, recipient }: Turn, contact: Contact, content: Content): Promise<string> {
  const { id, attempt } = recipient.state;
  const { channelId, projectId, tenantId } = broadcast;
  const messageId = derivedId('broadcast message', id, String(attempt));
  const chatId = await individualChat(tx, channelId, contact.id);
  const data = {
    ...{ messageId, projectId, tenantId, channelId, contactId: contact.id, source: 'broadcast' },
    ...(chatId !== undefined && { chatId }),
    ...(await activeSession(tx, channelId, contact.id)),
    ...content,
    arrival: await nextArrival(tx),
  };
  const command = { type: 'message.queue', data } as const;
  await execute(deps.database, tx, aggregates.message, messageId, command, broadcastCause(broadcast.id, messageId));
  return messageId;
}
