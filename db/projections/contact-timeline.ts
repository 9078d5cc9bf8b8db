// The timeline of a contact: one entry an event that has a timeline category in the catalogue. Data stays sealed; it is opened on read.
import { eventRow, eventRows } from '../../domain/catalog.ts';
import type { Envelope } from '../../domain/kernel/envelope.ts';
import type { Tx } from '../transaction.ts';
import { timelineCategories, timelineTitle } from './timeline-entry.ts';

/** The events that show in a timeline. */
export const timelineTypes: readonly string[] = eventRows.flatMap(({ type, timeline }) => (timeline ? [type] : []));

type TimelineEvent = Envelope<string, Readonly<Record<string, unknown>>>;

/** Adds the event to its contact's timeline. False: it shows in none. */
export async function addToTimeline(event: TimelineEvent, tx: Tx): Promise<boolean> {
  return (await addAllToTimeline([event], tx)) > 0;
}

/** Adds events of one tenant to their contacts' timelines, in the order given; answers how many show in one. */
export async function addAllToTimeline(events: readonly TimelineEvent[], tx: Tx): Promise<number> {
  const contacts = await contactsOf(events, tx);
  const entries = events.flatMap((event) => {
    const category = eventRow(event.type)?.timeline;
    const contactId = contacts.get(event);
    if (!category || !contactId) return [];
    const { visibleToClient, visibleToAgent, priority } = timelineCategories[category];
    const { id, type, version, tenantId, projectId, aggregateType, aggregateId, sequence, data, time } = event;
    return {
      id,
      tenant_id: tenantId,
      project_id: projectId,
      contact_id: contactId,
      event_type: type,
      category,
      title: timelineTitle(type, data),
      payload: { type, version, aggregateType, aggregateId, sequence, data },
      visible_to_client: visibleToClient,
      visible_to_agent: visibleToAgent,
      priority,
      occurred_at: time,
    };
  });
  if (entries.length === 0) return 0;
  const columns = `tenant_id, project_id, contact_id, event_type, category, title, payload, visible_to_client, visible_to_agent, priority, occurred_at`;
  await tx.query(
    `insert into contact_events (id, event_id, ${columns})
     select id, id, ${columns} from jsonb_to_recordset($1::jsonb) as entry (id uuid, tenant_id text, project_id uuid, contact_id uuid,
       event_type text, category text, title text, payload jsonb, visible_to_client boolean, visible_to_agent boolean, priority text,
       occurred_at timestamptz)`,
    [JSON.stringify(entries)],
  );
  return entries.length;
}

const contactColumns: Readonly<Record<string, string>> = {
  session: 'select id, contact_id from sessions where tenant_id = $1 and id = any($2::uuid[])',
  message: 'select id, contact_id from messages where tenant_id = $1 and id = any($2::uuid[])',
};

/** Whose timeline: a message's or session's own contact (a reaction may be another person's), else the one the event names. */
async function contactsOf(events: readonly TimelineEvent[], tx: Tx): Promise<Map<TimelineEvent, string>> {
  const contacts = new Map<TimelineEvent, string>();
  const unnamed: TimelineEvent[] = [];
  for (const event of events) {
    const named = event.data['contactId'];
    if (typeof named === 'string' && event.type !== 'message.reaction_set') contacts.set(event, named);
    else if (event.aggregateType === 'contact') contacts.set(event, event.aggregateId);
    else unnamed.push(event);
  }
  for (const [aggregateType, query] of Object.entries(contactColumns)) {
    const asked = unnamed.filter((event) => event.aggregateType === aggregateType);
    if (asked.length === 0) continue;
    const ids = [...new Set(asked.map(({ aggregateId }) => aggregateId))];
    const { rows } = await tx.query<{ id: string; contact_id: string }>(query, [tx.tenantId, ids]);
    const found = new Map(rows.map((row) => [row.id, row.contact_id]));
    for (const event of asked) {
      const contactId = found.get(event.aggregateId);
      if (contactId) contacts.set(event, contactId);
    }
  }
  return contacts;
}

/** Takes the entries of these events out of the timelines, for a rebuild. As app_system. */
export async function clearTimeline(tx: Tx, eventIds: readonly string[]): Promise<void> {
  await tx.query('delete from contact_events where id = any($1::uuid[])', [eventIds]);
}
