// What the commands print of consumers: short for people, whole as JSON.
import type { ConsumerOverview } from '../../db/consumer-overview.ts';
import type { ConsumerRequest } from '../../db/consumer-requests.ts';
import type { ParkedAggregate } from '../../db/parked-aggregates.ts';
import { describeConsumer } from './words.ts';

/** One line a consumer. */
export function printTable(consumers: readonly ConsumerOverview[]): void {
  if (consumers.length === 0) console.log('No consumer is known yet: start a consumer process (npm run consumer).');
  else console.table(Object.fromEntries(consumers.map((one) => [one.name, describeConsumer(one)])));
  for (const reason of new Set(consumers.flatMap(({ queueUnknown }) => queueUnknown ?? [])))
    console.log(`The queues are not known: ${reason}.`);
  for (const { name, queue, dead } of consumers)
    if (queue && queue.deadReady > dead.count)
      console.log(
        `${queue.deadQueue} holds ${queue.deadReady} messages, more than there are dead letters: \`npm run consumers -- unreadable ${name}\` says what is none of our events.`,
      );
}

/** One consumer with what waits in it. */
export function printOne(
  consumer: ConsumerOverview,
  parked: readonly ParkedAggregate[],
  requests: readonly ConsumerRequest[],
): void {
  printTable([consumer]);
  if (consumer.paused) console.log(`Paused since ${consumer.paused.since}: ${consumer.paused.note ?? 'no note'}.`);
  for (const { aggregateId, events, since, waitsForSequence, waitsForEvent, why } of parked)
    console.log(
      `${aggregateId}: ${events} parked since ${since}, waits for sequence ${waitsForSequence}${waitsForEvent ? ` (event ${waitsForEvent})` : ''}: ${why}`,
    );
  printRequests(requests);
}

/** One line a request. */
export function printRequests(requests: readonly ConsumerRequest[]): void {
  for (const request of requests)
    console.log(`${request.requestedAt.toISOString()}  ${request.id}  ${request.consumer}  ${progressOf(request)}`);
}

/** How far a request is, on one line. */
export function progressOf({
  kind,
  state,
  total,
  cleared,
  sent,
  settled,
  compared,
  changed,
  onlyCompares,
  lastError,
  endedAt,
}: ConsumerRequest): string {
  const differ = `${changed} rows ${onlyCompares ? 'are not as the log says' : 'put right'}`;
  const figures = {
    waiting: 'waits for a consumer process',
    clearing: `clearing: ${cleared} cleared`,
    sending: `sending: ${sent} of about ${total}`,
    settling: `taking effect: ${settled} of ${sent}`,
    comparing: `comparing: ${compared} of about ${total} events, ${differ}`,
    sweeping: `looking for rows that no event says: ${differ}`,
    done:
      compared > 0
        ? `done: ${compared} events, ${differ}`
        : `done: ${sent} sent${kind === 'rebuild' ? `, ${settled} settled` : ''}`,
    failed: 'failed',
    cancelled: `cancelled after ${sent + compared}`,
  }[state];
  return `${kind} ${figures}${lastError && endedAt === null ? ` (waits: ${lastError})` : ''}`;
}
