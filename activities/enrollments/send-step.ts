// Sends what a step says to its one contact: as far as they want it, when they are awake, and no faster than the number may.
import { aggregates } from '../../db/aggregates.ts';
import { channelBucket, takeChannelTurn } from '../../db/broadcast-pacing.ts';
import { execute } from '../../db/execute.ts';
import { activeSession, individualChat } from '../../db/queries/conversation.ts';
import { nextArrival } from '../../db/queries/next-arrival.ts';
import { optOutOn } from '../../domain/contact/consent.ts';
import type { OutreachMessage } from '../../domain/outreach/message.ts';
import { quietUntil } from '../../domain/outreach/quiet-hours.ts';
import { derivedId } from '../../platform/clock.ts';
import { type Content, contentOf } from '../outreach/content.ts';
import { type AtStep, passedOver, type Taken } from './at-step.ts';

/** Queues it in the same commit as the step's end, so that no crash sends it twice; the saga of the message sees it through. */
export async function send(at: AtStep, message: OutreachMessage, channelId: string | null): Promise<Taken> {
  const { tx, contact, nowMs, random } = at;
  if (channelId === null) return passedOver('no_channel');
  if (optOutOn(contact.optOuts, channelId)) return { kind: 'exit', reason: 'opted_out' };
  const content = contentOf(message, contact);
  if (typeof content === 'string') return passedOver(content);
  const { quietHours } = (await channelBucket(tx, channelId)).policy;
  const awakeAt = quietHours === null ? undefined : quietUntil(quietHours, contact.timezone, nowMs);
  if (awakeAt !== undefined) return { kind: 'wait', ms: awakeAt - nowMs };
  const { waitMs } = await takeChannelTurn(tx, channelId, { nowMs, random: random() });
  if (waitMs > 0) return { kind: 'wait', ms: waitMs };
  return { kind: 'end', outcome: 'done', note: 'sent', messageId: await queue(at, channelId, content) };
}

async function queue(
  { database, tx, cause, state, step, contact, campaignId }: AtStep,
  channelId: string,
  content: Content,
): Promise<string> {
  const messageId = derivedId('enrollment message', state.id, step.stepId);
  const chatId = await individualChat(tx, channelId, contact.id);
  const data = {
    ...{ messageId, projectId: state.projectId, tenantId: tx.tenantId, channelId, contactId: contact.id },
    source: 'sequence' as const,
    ...(campaignId !== null && { campaignId }),
    ...(chatId !== undefined && { chatId }),
    ...(await activeSession(tx, channelId, contact.id)),
    ...content,
    arrival: await nextArrival(tx),
  };
  await execute(
    database,
    tx,
    aggregates.message,
    messageId,
    { type: 'message.queue', data },
    { ...cause, correlationId: messageId },
  );
  return messageId;
}
