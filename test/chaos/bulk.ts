// Events in bulk for rows whose load is not commands: many aggregates, a whole sequence each, written as a command would write them.
import { randomUUID } from 'node:crypto';
import amqp from 'amqplib';
import { appendEvents, type OutboxEvent } from '../../db/outbox.ts';
import { inTenant } from '../../db/transaction.ts';
import { newEvent } from '../../ops/bench/run/new-event.ts';
import { exchangesOf } from '../../workers/amqp/topology.ts';
import { encodeDelivery } from '../../workers/consumers/encode-delivery.ts';
import type { World } from './world.ts';

/** What to make: `dataOf` may poison single events. */
export type Bulk = {
  readonly aggregates: number;
  readonly perAggregate: number;
  readonly dataOf?: (aggregate: number, sequence: number) => object;
};

/** Makes events of messages, aggregate by aggregate, over all tenants. */
export function makeEvents({ population }: World, { aggregates, perAggregate, dataOf }: Bulk): OutboxEvent[] {
  return Array.from({ length: aggregates }, (_, aggregate) => {
    const aggregateId = randomUUID();
    const tenantId = population.tenants[aggregate % population.tenants.length] ?? '';
    return Array.from({ length: perAggregate }, (__, index) => {
      const sequence = index + 1;
      return newEvent({ aggregateId, tenantId, sequence, data: dataOf?.(aggregate, sequence) ?? { n: sequence } });
    });
  }).flat();
}

/** Commits them, each tenant's in transactions of 500; aggregates are mixed within them. Answers their ids. */
export async function commitEvents(world: World, events: readonly OutboxEvent[]): Promise<string[]> {
  const bySequence = [...events].sort((one, other) => one.sequence - other.sequence);
  for (const tenantId of world.population.tenants) {
    const own = bySequence.filter((event) => event.tenantId === tenantId);
    for (let from = 0; from < own.length; from += 500)
      await inTenant(world.database.pool, tenantId, (tx) => appendEvents(tx, own.slice(from, from + 500)));
  }
  world.database.bell.ring();
  return events.map(({ eventId }) => eventId);
}

/** Marks all rows as sent: somebody else does the sending. */
export async function markAllSent(world: World): Promise<void> {
  await world.admin.query(
    "update outbox_events set status = 'processed', processed_at = now() where status = 'pending'",
  );
}

/** Sends them to the exchange in the order given, as a relay would that has forgotten what it sent. */
export async function sendEvents({ stack }: World, events: readonly OutboxEvent[]): Promise<void> {
  const model = await amqp.connect(stack.amqpUrl);
  const channel = await model.createConfirmChannel();
  const { events: exchange } = exchangesOf({ prefix: stack.amqpPrefix, exchange: stack.config.AMQP_EXCHANGE });
  for (const [index, event] of events.entries()) {
    const { data, eventId, createdAt, sequence, ...rest } = event;
    const envelope = {
      ...rest,
      id: eventId,
      time: createdAt,
      sequence,
      source: 'chaos',
      data: data as Record<string, unknown>,
    };
    const { id, routingKey, body, headers } = encodeDelivery({ skip: false, event: envelope });
    channel.publish(exchange, routingKey, body, { messageId: id, headers, persistent: true });
    if (index % 500 === 499) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await model.close();
}
