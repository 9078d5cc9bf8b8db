// What a run of the product came to, made comparable with another run's: ids replaced by what they stand for (phone, gateway id), moments of processing
// dropped. Personal fields are read over HTTP, where they are opened; the rest out of the tables.
import pg from 'pg';
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import type { Loose, RunningProduct } from './running-product.ts';

/** One kind of rows: stable key → the row. */
export type Rows = Readonly<Record<string, unknown>>;
/** All of it, by kind. */
export type ProductRows = Readonly<Record<string, Rows>>;

/** Reads every page of a list. */
export async function listAll(product: RunningProduct, path: string): Promise<Loose[]> {
  const all: Loose[] = [];
  for (let cursor = ''; ; ) {
    const query = `${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { status, json } = await product.call('GET', `${path}${query}`);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(json)}`);
    all.push(...json.data);
    if (!json['nextCursor']) return all;
    cursor = String(json['nextCursor']);
  }
}

/** One query as the superuser. */
export async function sql<Row extends object>(product: RunningProduct, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: product.stack.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

// When something was worked on differs from run to run; so does who was first of two that came at once: whether the name is the person's own word or
// their number (an own message may make the contact), and which event taught their other address.
const dropped = new Set(
  `id createdAt requestedAt startedAt trackedAt updatedAt settledAt receivedAt processedAt endedAt activatedAt arrival sequence
   name isFirstInteraction webhookUrl links erased phoneVerified`.split(/\s+/),
);

/** Reads and normalises. `known`: further ids and what they stand for, the gateway's own of this run. */
export async function readRows(product: RunningProduct, known: ReadonlyMap<string, string>): Promise<ProductRows> {
  const list = (path: string) => listAll(product, path);
  const contacts = await list('/v1/contacts');
  const [chats, sessions, messages] = [await list('/v1/chats'), await list('/v1/sessions'), await list('/v1/messages')];
  const [trackings, enrichments] = [await list('/v1/trackings'), await list('/v1/enrichments')];
  const names = new Map(known);
  const name = (id: unknown): string => names.get(String(id)) ?? String(id);
  for (const contact of contacts) names.set(String(contact['id']), `person ${personKey(contact)}`);
  for (const chat of chats)
    names.set(String(chat['id']), `chat of ${chat['contactId'] ? name(chat['contactId']) : chat['externalId']}`);
  for (const session of sessions) names.set(String(session['id']), `session of ${name(session['contactId'])}`);
  for (const message of messages) names.set(String(message['id']), `message ${name(message['channelMessageId'])}`);
  for (const one of trackings) names.set(String(one['id']), `tracking of ${name(one['contactId'])}`);
  for (const one of enrichments) names.set(String(one['id']), `enrichment of ${name(one['messageId'])}`);

  const keyed = (rows: readonly Loose[], change: (row: Loose) => object = (row) => row): Rows => {
    const made: [string, unknown][] = rows.map((row) => [name(row['id']), normal(change(row), names)]);
    if (new Set(made.map(([key]) => key)).size < made.length) throw new Error('Two rows for one thing.');
    return Object.fromEntries(made.sort(([one], [other]) => one.localeCompare(other)));
  };
  const inOrder = [...messages].sort((one, other) => Number(one['arrival']) - Number(other['arrival']));
  return {
    contacts: keyed(contacts),
    chats: keyed(chats, chatRow),
    sessions: keyed(sessions),
    messages: keyed(messages),
    order: { messages: inOrder.map(({ id }) => name(id)) },
    trackings: keyed(trackings),
    enrichments: keyed(enrichments),
    events: eventRows(await list('/v1/outbox/events'), names),
    ...(await tableRows(product, names)),
  };
}

function personKey(contact: Loose): string {
  const phone = contact['phone'] as unknown;
  return typeof phone === 'string' ? phoneIdentityKey(phone) : JSON.stringify(contact['externalIds']);
}

/** A person's chat keeps the address of whichever message came first; a member may be listed by an address or as a contact. */
function chatRow(chat: Loose): object {
  const { externalId, participants, ...rest } = chat as Record<string, unknown>;
  return chat['chatType'] === ('group' as unknown) ? { ...rest, externalId } : { ...rest, participants };
}

// What a contact learns (its name, when an own message came first), and how a group lists its members, depends on which of two messages at once was first.
const raced =
  /^(contact\.(created|name_changed|phone_set|external_id_set|source_channel_set)|chat\.(created|participant_added))$/;

function eventRows(events: readonly Loose[], names: ReadonlyMap<string, string>): Rows {
  const byAggregate = new Map<string, string[]>();
  for (const event of [...events].sort((one, other) => Number(one['sequence']) - Number(other['sequence']))) {
    const key = names.get(String(event['aggregateId'])) ?? `${event['aggregateType']}`;
    if (event['status'] !== ('processed' as unknown)) throw new Error(`An event is ${event['status']}.`);
    if (raced.test(String(event['type']))) continue;
    const saga = event['saga'] as Loose | null;
    const line = `${event['type']} ${saga?.['sagaStep'] ?? '-'} ${JSON.stringify(normal(event['data'], names))}`;
    byAggregate.set(key, [...(byAggregate.get(key) ?? []), line]);
  }
  // Of one message they come in a fixed order; those of a contact or session come from many sagas at once.
  const sorted = [...byAggregate].map(
    ([key, lines]) => [key, key.startsWith('message ') ? lines : lines.sort()] as const,
  );
  return Object.fromEntries(sorted.sort(([one], [other]) => one.localeCompare(other)));
}

async function tableRows(product: RunningProduct, names: ReadonlyMap<string, string>): Promise<ProductRows> {
  const read = async (text: string): Promise<Rows> => {
    const rows = await sql<{ key: string; row: unknown }>(product, text);
    const made = rows.map(
      ({ key, row }) =>
        [
          key
            .split(' ')
            .map((part) => names.get(part) ?? part)
            .join(' '),
          normal(row, names),
        ] as const,
    );
    return Object.fromEntries(made.sort(([one], [other]) => one.localeCompare(other)));
  };
  return {
    sagas: await read(
      `select correlation_id::text as key, jsonb_build_object('type', saga_type, 'state', state, 'step', step, 'reason', reason) as row from sagas`,
    ),
    steps: await read(
      `select correlation_id::text as key, jsonb_agg(step || ' ' || state order by step_number) as row from saga_steps group by 1`,
    ),
    // Of two events of one message either may be the one that made it.
    rawEvents:
      await read(`select coalesce(message_key::text, gateway_event_id) || ' ' || kind as key, jsonb_agg(status order by status) as row
      from raw_events where kind <> 'session_status' group by 1`),
    timeline: await read(`select contact_id::text as key, jsonb_object_agg(event_type, count) as row from
      (select contact_id, event_type, count(*) from contact_events where event_type !~ '^contact[.](created|name_changed|phone_set|external_id_set|source_channel_set)$'
       group by 1, 2) one group by 1`),
    deliveries:
      await read(`select message_id::text as key, jsonb_build_object('status', status, 'sent', sent_at, 'read', read_at, 'played', played_at,
      'delivered', case when from_me then delivered_at end) as row from message_deliveries`),
    // What must never be left: gaps or repeats in an aggregate's sequence, events a consumer is still to have or gave up, work in progress.
    leftovers:
      await read(`select 'sequence gaps' as key, to_jsonb(count(*)) as row from (select aggregate_id from outbox_events group by 1
        having count(*) <> max(aggregate_sequence) or min(aggregate_sequence) <> 1 or count(distinct aggregate_sequence) <> count(*)) gap
      union all select 'parked', to_jsonb(count(*)) from parked_events union all select 'failed attempts', to_jsonb(count(*)) from consumer_failures
      union all select 'open raw events', to_jsonb(count(*)) from raw_events where status in ('stored', 'started', 'waiting', 'failed')
      union all select 'doubled identities', to_jsonb(count(*)) from (select 1 from contact_identities group by kind, value_index having count(*) > 1) two`),
  };
}

/** Replaces ids by names and phones by their keys, drops moments of processing and what two racers decide. */
function normal(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => normal(one, names)).sort(byText);
  if (value !== null && typeof value === 'object') {
    const kept = Object.entries(value).filter(([key]) => !dropped.has(key));
    return Object.fromEntries(kept.sort(byText).map(([key, one]) => [key, normal(one, names)]));
  }
  if (typeof value !== 'string') return value;
  if (/^55\d{10,11}(@c\.us)?$/.test(value)) return phoneIdentityKey(value);
  // The gateway's ids stand inside of addresses of files, too.
  return names.get(value) ?? value.replaceAll(/[0-9A-F]{20}/g, (id) => names.get(id) ?? id);
}

const byText = (one: unknown, other: unknown): number => JSON.stringify(one).localeCompare(JSON.stringify(other));
