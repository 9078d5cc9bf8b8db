// Sends what an operator redrove or discarded: the event, or its skip marker, to the one consumer. A crash in between sends it twice, which has one effect.
import { findLogEvents } from '../../db/log-events.ts';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Logger } from '../../platform/log.ts';
import type { Broker } from './broker.ts';
import type { OperatedConsumer } from './operated-consumer.ts';
import { sendEvents } from './send-events.ts';

const batch = 200;

/** Sends all that is asked for; answers how many. Throws when the broker is away: the rest stays asked for. */
export async function sendAgain(
  { systemPool, broker, log }: { readonly systemPool: Pool; readonly broker: Broker; readonly log: Logger },
  { name, queue }: Pick<OperatedConsumer, 'name' | 'queue'>,
): Promise<number> {
  for (let sent = 0; ; ) {
    const asked = await inSystem(systemPool, async (tx) => {
      const { rows } = await tx.query<{ event_id: string; skip: boolean; requested_at: string }>(
        `select event_id, skip, requested_at::text from consumer_resends where consumer_name = $1 order by requested_at, event_id limit $2`,
        [name, batch],
      );
      const ids = rows.map(({ event_id }) => event_id);
      return { rows, events: ids.length > 0 ? await findLogEvents(tx, ids) : [] };
    });
    if (asked.rows.length === 0) return sent;
    const skipped = new Set(asked.rows.flatMap(({ event_id, skip }) => (skip ? [event_id] : [])));
    const events = asked.events.map((event) => ({ ...event, skip: event.skip || skipped.has(event.eventId) }));
    await sendEvents(broker, queue, events);
    // By the moment too: what was asked for again meanwhile stays.
    await inSystem(systemPool, (tx) =>
      tx.query(
        `delete from consumer_resends resend using unnest($2::uuid[], $3::timestamptz[]) as sent (event_id, requested_at)
         where resend.consumer_name = $1 and resend.event_id = sent.event_id and resend.requested_at = sent.requested_at`,
        [name, asked.rows.map(({ event_id }) => event_id), asked.rows.map(({ requested_at }) => requested_at)],
      ),
    );
    const gone = asked.rows.length - events.length;
    if (gone > 0) log.warn({ consumer: name, events: gone }, 'the log has events no more that were to be sent again');
    log.info({ consumer: name, events: events.length }, 'events were sent again to one consumer');
    sent += events.length;
  }
}
