// Sends what an operator redrove or discarded: the event, or its skip marker, to the one consumer. A crash in between sends it twice, which has one effect.
import { findLogEvents } from '../../db/log-events.ts';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Logger } from '../../platform/log.ts';
import type { Broker } from './broker.ts';
import type { OperatedConsumer } from './operated-consumer.ts';
import { trySendEvents } from './send-events.ts';

const batch = 200;

/**
 * Sends all that is asked for; answers how many. One that can't be sent stays asked for and keeps none behind it; then it throws at the end, or at once
 * when the queue takes nothing.
 */
export async function sendAgain(
  { systemPool, broker, log }: { readonly systemPool: Pool; readonly broker: Broker; readonly log: Logger },
  { name, queue }: Pick<OperatedConsumer, 'name' | 'queue'>,
): Promise<number> {
  let failed: { readonly reason: unknown } | undefined;
  let after: readonly [requestedAt: string, eventId: string] = ['-infinity', '00000000-0000-0000-0000-000000000000'];
  for (let count = 0; ; ) {
    const asked = await inSystem(systemPool, async (tx) => {
      const { rows } = await tx.query<{ event_id: string; skip: boolean; requested_at: string }>(
        `select event_id, skip, requested_at::text from consumer_resends where consumer_name = $1 and (requested_at, event_id) > ($3::timestamptz, $4::uuid)
         order by requested_at, event_id limit $2`,
        [name, batch, ...after],
      );
      const ids = rows.map(({ event_id }) => event_id);
      return { rows, events: ids.length > 0 ? await findLogEvents(tx, ids) : [] };
    });
    const last = asked.rows.at(-1);
    if (!last) {
      if (failed) throw failed.reason;
      return count;
    }
    after = [last.requested_at, last.event_id];
    const skipped = new Set(asked.rows.flatMap(({ event_id, skip }) => (skip ? [event_id] : [])));
    const events = asked.events.map((event) => ({ ...event, skip: event.skip || skipped.has(event.eventId) }));
    const { sent, failure } = await trySendEvents(broker, queue, events);
    if (failure && sent.size === 0 && events.length > 1) throw failure.reason;
    failed ??= failure;
    const known = new Set(events.map(({ eventId }) => eventId));
    const settled = asked.rows.filter(({ event_id }) => sent.has(event_id) || !known.has(event_id));
    // By the moment too: what was asked for again meanwhile stays.
    await inSystem(systemPool, (tx) =>
      tx.query(
        `delete from consumer_resends resend using unnest($2::uuid[], $3::timestamptz[]) as sent (event_id, requested_at)
         where resend.consumer_name = $1 and resend.event_id = sent.event_id and resend.requested_at = sent.requested_at`,
        [name, settled.map(({ event_id }) => event_id), settled.map(({ requested_at }) => requested_at)],
      ),
    );
    const gone = asked.rows.length - events.length;
    if (gone > 0) log.warn({ consumer: name, events: gone }, 'the log has events no more that were to be sent again');
    if (sent.size > 0) log.info({ consumer: name, events: sent.size }, 'events were sent again to one consumer');
    count += sent.size;
  }
}
