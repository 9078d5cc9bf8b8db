// What could be wrong with the rows of a run, one damage for each kind that is compared: to prove that the comparison sees it. Written past all triggers.
import pg from 'pg';
import type { RunningProduct } from './running-product.ts';

/** For each kind of rows a statement that damages one of it and nothing that other rows are known by. */
export const damages: Readonly<Record<string, string>> = {
  contacts: `update contacts set interaction_count = interaction_count + 1 where id = (select min(id::text)::uuid from contacts)`,
  chats: `update chats set status = 'closed' where id = (select min(id::text)::uuid from chats)`,
  sessions: `update sessions set message_count = message_count + 1 where id = (select min(id::text)::uuid from sessions)`,
  messages: `update messages set failure_reason = 'damaged' where id = (select min(id::text)::uuid from messages)`,
  order: `update messages set arrival = (select max(arrival) + 1 from messages) where arrival = (select min(arrival) from messages)`,
  trackings: `delete from trackings where id = (select min(id::text)::uuid from trackings)`,
  enrichments: `delete from enrichments where id = (select min(id::text)::uuid from enrichments)`,
  sagas: `update sagas set state = 'compensated' where workflow_id = (select min(workflow_id) from sagas)`,
  steps: `delete from saga_steps where ctid = (select min(ctid) from saga_steps)`,
  rawEvents: `update raw_events set status = 'ignored' where id = (select min(id::text)::uuid from raw_events where status = 'processed' and kind <> 'session_status')`,
  // One event more, whole in itself: published a second time under another id.
  events: `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
      correlation_id, tenant_id, project_id, created_at, status, processed_at)
    select gen_random_uuid(), aggregate_id, aggregate_type, aggregate_sequence + 1, event_type, event_version, event_data, metadata,
      correlation_id, tenant_id, project_id, created_at, status, processed_at
    from outbox_events last where aggregate_type = 'message' and not exists
      (select from outbox_events later where later.aggregate_id = last.aggregate_id and later.aggregate_sequence > last.aggregate_sequence)
    order by id limit 1`,
  timeline: `delete from contact_events where id = (select min(id::text)::uuid from contact_events where event_type = 'message.created')`,
  deliveries: `delete from message_deliveries where message_id = (select min(message_id::text)::uuid from message_deliveries)`,
  // The last event of a message leaves a gap before it.
  leftovers: `update outbox_events set aggregate_sequence = aggregate_sequence + 1 where event_id =
    (select event_id from outbox_events last where aggregate_type = 'message' and not exists
      (select from outbox_events later where later.aggregate_id = last.aggregate_id and later.aggregate_sequence > last.aggregate_sequence)
    order by id desc limit 1)`,
};

/** Does it; throws unless exactly one row was hit. */
export async function damage(product: RunningProduct, kind: string): Promise<void> {
  product.stack.letRowsDiffer(`${kind} are damaged`);
  const client = new pg.Client({ connectionString: product.stack.adminUrl });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    const { rowCount } = await client.query(damages[kind] ?? '');
    if (rowCount !== 1) throw new Error(`The damage to ${kind} hit ${rowCount} rows.`);
  } finally {
    await client.end();
  }
}
