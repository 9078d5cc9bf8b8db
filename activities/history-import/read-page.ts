// One page of a chat as the gateway has it, read with the eyes of the webhooks' parser; and who stands behind a hidden id, asked before anything is written.
import type { Database } from '../../db/deps.ts';
import type { ImportChat } from '../../db/history-import-chats.ts';
import type { HistoryImportRow } from '../../db/history-imports.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import type { WahaSession } from '../../integrations/waha/answers.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';
import type { MessageEvent, Person } from '../../integrations/waha/gateway-event.ts';
import { parseGatewayEvent } from '../../integrations/waha/parse.ts';
import { sessionName } from '../channels/channel-session.ts';
import { findContacts } from '../inbound/find-contact.ts';
import type { Pace } from './pace.ts';

/** What a page is read with. `phones`: of hidden ids that were asked for before; null: the gateway does not know. */
export type Reader = {
  readonly database: Database;
  readonly gateway: WahaClient;
  readonly pace: Pace;
  readonly row: HistoryImportRow;
  readonly channel: Channel;
  readonly me: WahaSession['me'];
  readonly phones: Map<string, string | null>;
};

/** One page: `isEmpty` when the gateway has nothing more, whatever the parser made of it. `size`: by how much the offset goes on. */
export type Page = {
  readonly messages: readonly MessageEvent[];
  readonly seen: number;
  readonly isEmpty: boolean;
  readonly size: number;
};

/** Messages a page. */
export const messagesAPage = 100;

/** Reads the page at the chat's cursor, the oldest message first. */
export async function readPage(reader: Reader, tenantId: string, chat: ImportChat): Promise<Page> {
  const { gateway, pace, row, channel } = reader;
  await pace(row.requestsPerMinute);
  const told = await gateway.listMessages(sessionName(channel), chat.address, {
    ...{ limit: messagesAPage, offset: chat.nextOffset, sinceAt: chat.sinceAt, uptoAt: row.uptoAt },
  });
  const messages = told.flatMap((payload) => asMessage(reader, payload));
  const found = await withPhones(reader, tenantId, messages);
  return { messages: inOrder(found), seen: told.length, isEmpty: told.length === 0, size: messagesAPage };
}

/** The moment from which on the newest page of a chat is imported; null: there is nothing. */
export async function startOfNewest({ gateway, pace, row, channel }: Reader, chat: ImportChat): Promise<Date | null> {
  for (let offset = 0; ; offset += messagesAPage) {
    await pace(row.requestsPerMinute);
    const range = { limit: messagesAPage, offset, uptoAt: row.uptoAt, newestFirst: true };
    const told = await gateway.listMessages(sessionName(channel), chat.address, range);
    const moments = told.flatMap((payload) => timeOf(payload));
    if (moments.length > 0) return new Date(Math.min(...moments));
    // A page may hold nothing but what was deleted.
    if (told.length === 0) return null;
  }
}

function timeOf(payload: unknown): number[] {
  const { timestamp } = payload as { readonly timestamp?: unknown };
  return typeof timestamp === 'number' ? [timestamp * 1_000] : [];
}

function asMessage({ channel, me, row }: Reader, payload: unknown): MessageEvent[] {
  const envelope = {
    event: 'message.any',
    session: sessionName(channel),
    payload,
    ...(me && { me: { id: me.phone && `${me.phone}@c.us`, lid: me.lid && `${me.lid}@lid` } }),
  };
  const event = parseGatewayEvent(envelope, { rawHash: 'history', receivedAt: row.uptoAt.toISOString() });
  return event.kind === 'message' ? [event] : [];
}

/** By time; within one second as the gateway gave them. Each message once. */
function inOrder(messages: readonly MessageEvent[]): MessageEvent[] {
  const once = new Map(messages.map((message) => [message.innerId, message]));
  return [...once.values()].toSorted((one, other) => Date.parse(one.sentAt) - Date.parse(other.sentAt));
}

/** With the number behind each hidden id that nobody here is known by. */
async function withPhones(
  reader: Reader,
  tenantId: string,
  messages: readonly MessageEvent[],
): Promise<MessageEvent[]> {
  const { database, phones, row } = reader;
  const hidden = messages.flatMap(({ sender }) =>
    sender?.lid !== undefined && sender.phone === undefined ? [sender] : [],
  );
  const unasked = new Map(
    hidden.flatMap((person) => (phones.has(person.lid ?? '') ? [] : [[person.lid ?? '', person]])),
  );
  if (unasked.size > 0) {
    const people = [...unasked.values()];
    const known = await inTenant(database.pool, tenantId, (tx) => findContacts(database, tx, row.projectId, people));
    for (const [index, { lid = '' }] of people.entries())
      phones.set(lid, known[index] === undefined ? await phoneBehind(reader, lid) : null);
  }
  return messages.map((message) => (message.sender ? { ...message, sender: named(message.sender, phones) } : message));
}

async function phoneBehind({ gateway, pace, row, channel }: Reader, lid: string): Promise<string | null> {
  await pace(row.requestsPerMinute);
  return (await gateway.lookupLid(sessionName(channel), lid)).phone ?? null;
}

function named(sender: Person, phones: ReadonlyMap<string, string | null>): Person {
  const phone = sender.phone ?? (sender.lid === undefined ? undefined : phones.get(sender.lid));
  return phone ? { ...sender, phone } : sender;
}
