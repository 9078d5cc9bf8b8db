// The sessions that the messages of a page belong to: those that are close enough in time, whoever made them, else new ones. Groups have none.
import type { Database } from '../../db/deps.ts';
import { type ImportItem, madeByImport } from '../../db/history-import-items.ts';
import { channelTypeId } from '../../db/stores/channel-type-store.ts';
import type { Tx } from '../../db/transaction.ts';
import { consolidate, type Span } from '../../domain/session/consolidate.ts';
import type { OfChat } from './place-chats.ts';
import type { PagePlace } from './store-page.ts';

/** A message with all it belongs to, under the id that it gets. */
export type Placed = OfChat & { readonly messageId: string; readonly sessionId: string | null };

type SessionWork = {
  readonly messages: readonly Placed[];
  readonly commands: readonly {
    readonly id: string;
    readonly command: { readonly type: 'session.import' | 'session.import_message'; readonly data: object };
  }[];
  readonly items: readonly ImportItem[];
  readonly made: number;
};

/** Finds the sessions, and what is to be done for the messages to be counted in them. */
export async function placeSessions(
  database: Database,
  tx: Tx,
  place: PagePlace,
  messages: readonly OfChat[],
): Promise<SessionWork> {
  const gapMs = place.sessionGapMinutes * 60_000;
  const placed: Placed[] = [];
  const commands: SessionWork['commands'][number][] = [];
  const items: ImportItem[] = [];
  let made = 0;
  for (const [contactId, own] of byContact(messages)) {
    const moments = own.map(({ message }) => Date.parse(message.sentAt));
    const isGroup = own[0]?.message.chat.kind === 'group';
    const known = isGroup ? [] : await sessionsNear(tx, place.channelId, contactId, moments, gapMs);
    const ours = await madeByImport(
      tx,
      place.importId,
      'session',
      known.map(({ id }) => id),
    );
    const { sessionIds, spans } = isGroup
      ? { sessionIds: [], spans: [] }
      : consolidate(known, moments, { gapMs, newId: () => database.ids.next() });
    for (const { id, firstMs, isNew } of spans) {
      if (!isNew) continue;
      made += 1;
      const { channelId, projectId, channelType } = place;
      const about = { sessionId: id, contactId, projectId, tenantId: tx.tenantId, channelId, chatId: own[0]?.chatId };
      const startedAt = new Date(firstMs).toISOString();
      const data = { ...about, channelTypeId: channelTypeId(tx.tenantId ?? '', channelType), startedAt };
      commands.push({ id, command: { type: 'session.import', data } });
      items.push({ kind: 'session', id });
    }
    const isNew = new Set(spans.filter((span) => span.isNew).map(({ id }) => id));
    for (const [index, one] of own.entries()) {
      const messageId = database.ids.next();
      const sessionId = sessionIds[index] ?? null;
      placed.push({ ...one, messageId, sessionId });
      items.push({ kind: 'message', id: messageId });
      if (sessionId === null) continue;
      const data = { messageId, fromContact: !one.message.fromMe, recordedAt: one.message.sentAt };
      commands.push({ id: sessionId, command: { type: 'session.import_message', data } });
      if (!isNew.has(sessionId) && !ours.has(sessionId))
        items.push({ kind: 'recorded', id: messageId, detail: { sessionId, ...data } });
    }
  }
  return { messages: placed, commands, items, made };
}

function byContact(messages: readonly OfChat[]): Map<string, OfChat[]> {
  const grouped = new Map<string, OfChat[]>();
  for (const message of messages) grouped.set(message.contactId, [...(grouped.get(message.contactId) ?? []), message]);
  return grouped;
}

/** Held, so that none of them ends or counts meanwhile. */
async function sessionsNear(
  tx: Tx,
  channelId: string,
  contactId: string,
  moments: readonly number[],
  gapMs: number,
): Promise<Span[]> {
  const { rows } = await tx.query<{ id: string; first: Date; last: Date }>(
    `select id, coalesce(first_message_at, started_at) as first, coalesce(last_message_at, started_at) as last from sessions
     where tenant_id = $1 and contact_id = $2 and channel_id = $3 and end_reason is distinct from 'saga_compensated'
       and coalesce(last_message_at, started_at) >= $4 and coalesce(first_message_at, started_at) <= $5 order by id for no key update`,
    [tx.tenantId, contactId, channelId, new Date((moments[0] ?? 0) - gapMs), new Date((moments.at(-1) ?? 0) + gapMs)],
  );
  return rows.map(({ id, first, last }) => ({ id, firstMs: first.getTime(), lastMs: last.getTime() }));
}
