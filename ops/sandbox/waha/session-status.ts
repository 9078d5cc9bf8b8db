// A session's state, announced by webhook whenever it changes.
import type { Session, SessionStatus } from './state.ts';
import type { WebhookSender } from './webhooks.ts';

/** Sets a session's state and announces it. */
export function changeStatus(
  webhooks: WebhookSender,
  session: Session,
  status: SessionStatus,
  data: object | null = null,
): void {
  if (session.status !== status) announceStatus(webhooks, session, status, data);
}

/** Announces a state, also the one that it is in already: a new QR code is told that way. */
export function announceStatus(
  webhooks: WebhookSender,
  session: Session,
  status: SessionStatus,
  data: object | null = null,
): void {
  session.status = status;
  // No two changes at one moment: the order of webhooks tells nothing, their times do.
  const timestamp = Math.max(Date.now(), (session.statuses.at(-1)?.timestamp ?? 0) + 1);
  session.statuses = [...session.statuses, { status, timestamp }].slice(-3);
  webhooks.emit(session, 'session.status', { name: session.name, status, statuses: session.statuses, data });
}
