// The relay that most write first: claim a batch with SKIP LOCKED, publish it, wait for the confirms, mark it, commit. And the same one row at a time.
import pg from 'pg';
import { toMessage } from '../../../workers/relay/message.ts';
import type { PendingEvent } from '../../../workers/relay/ports.ts';
import type { ContenderSettings, RunningContender, StartContender } from '../run/contender.ts';
import { tick } from '../run/tick.ts';
import { openSender } from './sender.ts';

const pollMs = 5;

/** Batches of 500, as many as ours reads at once. */
export const startBatch: StartContender = (settings) => start(settings, 500);

/** One row, one confirm, one update. */
export const startOneRow: StartContender = (settings) => start(settings, 1);

const claim = {
  name: 'claim',
  text: `select id, event_id as "eventId", aggregate_id as "aggregateId", aggregate_type as "aggregateType", aggregate_sequence as sequence,
    event_type as type, event_version as version, tenant_id as "tenantId", project_id as "projectId", correlation_id as "correlationId",
    created_at::text as "createdAt", partition_key as partition, retry_count as "retryCount", discarded_at is not null as skip,
    metadata::text as metadata, event_data::text as data
    from outbox_events where status = 'pending' order by id limit $1 for update skip locked`,
};
const mark = {
  name: 'mark',
  text: `update outbox_events event set status = 'processed', processed_at = clock_timestamp()
    from unnest($1::uuid[], $2::timestamptz[]) as sent (event_id, created_at)
    where event.event_id = sent.event_id and event.created_at = sent.created_at`,
};

async function start(settings: ContenderSettings, size: number): Promise<RunningContender> {
  const sender = await openSender(settings.amqpUrl, settings.exchange);
  const client = new pg.Client({
    connectionString: settings.url,
    options: '-c timezone=UTC -c enable_seqscan=off -c jit=off',
  });
  await client.connect();
  let isStopped = false;
  const work = async (): Promise<number> => {
    await client.query('begin');
    const { rows } = await client.query<PendingEvent>({ ...claim, values: [size] });
    if (rows.length > 0) {
      await Promise.all(rows.map((event) => sender.publish(toMessage(event))));
      const values = [rows.map(({ eventId }) => eventId), rows.map(({ createdAt }) => createdAt)];
      await client.query({ ...mark, values });
    }
    await client.query('commit');
    return rows.length;
  };
  const loop = (async () => {
    while (!isStopped) if ((await work()) < size) await tick(pollMs);
  })();
  return {
    stop: async () => {
      isStopped = true;
      await loop;
      await client.end();
      await sender.close();
    },
  };
}
