// How a message's status moves: only forward, whatever order the gateway's acknowledgements come in.
import type { MessageCommand, messageStatuses } from './commands.ts';
import type { MessageEvent } from './events.ts';

/** How far a message got. */
export type MessageStatus = (typeof messageStatuses)[number];

/** What of a message decides whether a status is news. */
type Standing = { readonly id: string; readonly status: MessageStatus; readonly sentAt: string | null };

const ranks = { queued: 0, sent: 1, delivered: 2, read: 3, played: 4 } as const;

/** The event of the reached status, if that is news; statuses that were skipped get no event of their own. */
export function applyStatus(
  { status, at, failureReason, isConcluded = false }: Extract<MessageCommand, { type: 'message.apply_status' }>['data'],
  message: Standing,
): MessageEvent[] {
  if (!isForward(message, status) || (isConcluded && message.status !== 'queued')) return [];
  const messageId = message.id;
  switch (status) {
    case 'sent':
      return [{ type: 'message.sent', data: { messageId, sentAt: at } }];
    case 'delivered':
      return [{ type: 'message.delivered', data: { messageId, deliveredAt: at } }];
    case 'read':
      return [{ type: 'message.read', data: { messageId, readAt: at } }];
    case 'played':
      return [{ type: 'message.played', data: { messageId, playedAt: at } }];
    case 'failed':
      return [{ type: 'message.failed', data: { messageId, failureReason: failureReason ?? 'unknown', failedAt: at } }];
  }
}

/** Only what no device has yet can fail; a failed message moves on if the gateway says that it got through after all. */
function isForward({ status, sentAt }: Standing, next: MessageStatus): boolean {
  if (next === 'failed') return status === 'queued' || status === 'sent';
  const reached = status === 'failed' ? (sentAt === null ? 'queued' : 'sent') : status;
  return ranks[next] > ranks[reached];
}
