// The timeline of a contact: one entry an event that has a timeline category in the catalogue. Data stays sealed; it is opened on read.
import { eventRow, eventRows } from '../../domain/catalog.ts';
import type { Envelope } from '../../domain/kernel/envelope.ts';
import type { Tx } from '../transaction.ts';
import { timelineCategories, timelineTitle } from './timeline-entry.ts';

/** The events that show in a timeline. */
export const timelineTypes: readonly string[] = eventRows.flatMap(({ type, timeline }) => (timeline ? [type] : []));

/** Adds the event to its contact's timeline. False: it shows in none. */
export async function addToTimeline(
  event: Envelope<string, Readonly<Record<string, unknown>>>,
  tx: Tx,
): Promise<boolean> {
  const category = eventRow(event.type)?.timeline;
  if (!category) return false;
  const contactId = await contactOf(event, tx);
  if (!contactId) return false;
  const { visibleToClient, visibleToAgent, priority } = timelineCategories[category];
  const { id, type, version, tenantId, projectId, aggregateType, aggregateId, sequence, data, time } = event;
  await tx.query(
    `insert into contact_events (id, tenant_id, project_id, contact_id, event_id, event_type, category, title, payload, visible_to_client,
       visible_to_agent, priority, occurred_at) values ($1, $2, $3, $4, $1, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      tenantId,
      projectId,
      contactId,
      type,
      category,
      timelineTitle(type, data),
      JSON.stringify({ type, version, aggregateType, aggregateId, sequence, data }),
      visibleToClient,
      visibleToAgent,
      priority,
      time,
    ],
  );
  return true;
}

const contactColumns: Readonly<Record<string, string>> = {
  session: 'select contact_id from sessions where tenant_id = $1 and id = $2',
  message: 'select contact_id from messages where tenant_id = $1 and id = $2',
};

/** Whose timeline: a message's or session's own contact (a reaction may be another person's), else the one the event names. */
async function contactOf(
  event: Envelope<string, Readonly<Record<string, unknown>>>,
  tx: Tx,
): Promise<string | undefined> {
  const named = event.data['contactId'];
  const isReaction = event.type === 'message.reaction_set';
  if (typeof named === 'string' && !isReaction) return named;
  if (event.aggregateType === 'contact') return event.aggregateId;
  const query = contactColumns[event.aggregateType];
  if (!query) return undefined;
  const { rows } = await tx.query<{ contact_id: string }>(query, [event.tenantId, event.aggregateId]);
  return rows[0]?.contact_id;
}

/** Takes the entries of these events out of the timelines, for a rebuild. As app_system. */
export async function clearTimeline(tx: Tx, eventIds: readonly string[]): Promise<void> {
  await tx.query('delete from contact_events where id = any($1::uuid[])', [eventIds]);
}
