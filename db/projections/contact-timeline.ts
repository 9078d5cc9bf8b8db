// The timeline of a contact: one entry an event that has a timeline category in the catalogue. Data stays sealed; it is opened on read.
import { eventRow, eventRows } from '../../domain/catalog.ts';
import type { Tx } from '../transaction.ts';
import { addRows, type ProjectedEvent, type ReadModel, type Row } from './read-model.ts';
import { timelineCategories, timelineTitle } from './timeline-entry.ts';

/** The events that show in a timeline. */
export const timelineTypes: readonly string[] = eventRows.flatMap(({ type, timeline }) => (timeline ? [type] : []));

/** The timeline as a projection: a row an event. Where a row stands in the stream is the database's own. */
export const timeline: ReadModel = {
  table: 'contact_events',
  key: 'id',
  columns: {
    id: 'uuid',
    event_id: 'uuid',
    tenant_id: 'text',
    project_id: 'uuid',
    contact_id: 'uuid',
    event_type: 'text',
    category: 'text',
    title: 'text',
    payload: 'jsonb',
    visible_to_client: 'boolean',
    visible_to_agent: 'boolean',
    priority: 'text',
    occurred_at: 'timestamptz',
  },
  since: 'occurred_at',
  make: entriesOf,
};

/** Adds the event to its contact's timeline. False: it shows in none. */
export async function addToTimeline(event: ProjectedEvent, tx: Tx): Promise<boolean> {
  return (await addAllToTimeline([event], tx)) > 0;
}

/** Adds events of one tenant to their contacts' timelines, in the order given; answers how many show in one. */
export async function addAllToTimeline(events: readonly ProjectedEvent[], tx: Tx): Promise<number> {
  const entries = await entriesOf(events, tx);
  await addRows(tx, timeline, entries);
  return entries.size;
}

async function entriesOf(events: readonly ProjectedEvent[], tx: Tx): Promise<Map<string, Row>> {
  const contacts = await contactsOf(events, tx);
  const entries = events.flatMap((event): [string, Row][] => {
    const category = eventRow(event.type)?.timeline;
    const contactId = contacts.get(event);
    if (!category || !contactId) return [];
    const { visibleToClient, visibleToAgent, priority } = timelineCategories[category];
    const { id, type, version, tenantId, projectId, aggregateType, aggregateId, sequence, data, time } = event;
    const entry = {
      id,
      event_id: id,
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
    return [[id, entry]];
  });
  return new Map(entries);
}

const contactColumns: Readonly<Record<string, string>> = {
  session: 'select id, contact_id from sessions where tenant_id = $1 and id = any($2::uuid[])',
  message: 'select id, contact_id from messages where tenant_id = $1 and id = any($2::uuid[])',
};

/** Whose timeline: a message's or session's own contact (a reaction may be another person's), else the one the event names. */
async function contactsOf(events: readonly ProjectedEvent[], tx: Tx): Promise<Map<ProjectedEvent, string>> {
  const contacts = new Map<ProjectedEvent, string>();
  const unnamed: ProjectedEvent[] = [];
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
