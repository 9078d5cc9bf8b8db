// F6c: some events always throw, some hang. Each is tried exactly as often as its row says, then given up with a reason; nobody else is affected, and
// sending them again when the fault is mended brings all of them back.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import amqp from 'amqplib';
import { queuesOf } from '../../../workers/amqp/topology.ts';
import { eventually } from '../../support/eventually.ts';
import { commitEvents, makeEvents } from '../bulk.ts';
import { type ChaosConsumerName, chaosRows } from '../chaos-rows.ts';
import { defineRow } from '../row.ts';
import type { World } from '../world.ts';

const names = ['chaos_ordered', 'chaos_unordered'] as const;

export const f6c = defineRow({
  name: 'F6c',
  title: 'poison: events that throw or hang always',
  sizes: {
    ci: { events: 10_000, throwing: 100, hanging: 20, drainWithinMs: 60_000 },
    soak: { events: 100_000, throwing: 1_000, hanging: 200, drainWithinMs: 600_000 },
  },
  world: { consumers: names },
  run: async (world, { events: count, throwing, hanging, drainWithinMs }) => {
    const { folder, admin, context, stack, random } = world;
    const healed = path.join(folder, 'healed');
    await world.startConsumer('consumer', { CHAOS_HEALED: healed, CHAOS_HANDLER_TIMEOUT_MS: '1000' });
    await world.startRelay();
    await world.rest();
    const aggregates = count / 20;
    // One poisonous event in an aggregate, somewhere in its middle.
    const sick = new Map(
      random
        .shuffle(Array.from({ length: aggregates }, (_, index) => index))
        .slice(0, throwing + hanging)
        .map((aggregate, index) => [
          aggregate,
          { sequence: random.between(2, 15), poison: index < throwing ? 'throw' : 'hang' },
        ]),
    );
    const dataOf = (aggregate: number, sequence: number): object =>
      sick.get(aggregate)?.sequence === sequence ? { poison: sick.get(aggregate)?.poison } : { n: sequence };
    const acked = await commitEvents(world, makeEvents(world, { aggregates, perAggregate: 20, dataOf }));
    const poison = throwing + hanging;
    const dead = await eventually(
      async () => {
        const { rows } = await admin.query<{ consumer_name: string; count: number | string }>(
          'select consumer_name, count(*) as count from consumer_failures where dead_at is not null group by 1',
        );
        const counts = new Map(rows.map((row) => [row.consumer_name, Number(row.count)]));
        context.say(`given up: ${names.map((name) => counts.get(name) ?? 0).join(' and ')} of ${poison}`);
        return names.every((name) => counts.get(name) === poison) && counts;
      },
      { timeoutMs: 600_000, everyMs: 1_000 },
    );
    // Held up: in the unordered consumer the poison itself; in the ordered one also what comes after it in its aggregate.
    const behind = [...sick.values()].reduce((sum, { sequence }) => sum + 20 - sequence, 0);
    await eventually(
      async () => {
        const effects = await effectCounts(world);
        return (
          effects.get('chaos_unordered') === count - poison && effects.get('chaos_ordered') === count - poison - behind
        );
      },
      { timeoutMs: 120_000, everyMs: 200 },
    ).catch(async () => {
      const effects = await effectCounts(world);
      throw new Error(
        `effects beside the poison: unordered ${effects.get('chaos_unordered')} of ${count - poison}, ordered ${effects.get('chaos_ordered')} of ${count - poison - behind}`,
      );
    });
    const { rows: attempts } = await admin.query<{ consumer_name: string; attempts: number; count: number | string }>(
      'select consumer_name, attempts, count(*) as count from consumer_failures where dead_at is not null group by 1, 2',
    );
    const problems = attempts
      .filter((row) => row.attempts !== chaosRows[row.consumer_name as ChaosConsumerName].maxAttempts)
      .map((row) => `${row.consumer_name}: ${row.count} events were given up after ${row.attempts} attempts`);
    writeFileSync(healed, '');
    let letters = 0;
    for (const name of names) letters += await sendDeadLettersAgain(stack, name);
    if (letters < 2 * poison) problems.push(`only ${letters} dead letters of ${2 * poison}`);
    return {
      faults: poison,
      acked,
      drainMs: await world.drain(drainWithinMs),
      notes: [`dead-lettered: ${[...dead].map(([name, number]) => `${name} ${number}`).join(', ')}, all sent again`],
      problems,
    };
  },
});

async function effectCounts({ admin }: World): Promise<Map<string, number>> {
  const { rows } = await admin.query<{ consumer: string; count: number | string }>(
    'select consumer, count(*) as count from chaos_effects group by 1',
  );
  return new Map(rows.map(({ consumer, count }) => [consumer, Number(count)]));
}

/** Takes every dead letter of a consumer back to its queue; answers how many there were. */
async function sendDeadLettersAgain(stack: World['stack'], name: ChaosConsumerName): Promise<number> {
  const { queue, deadQueue } = queuesOf(stack.amqpPrefix, chaosRows[name]);
  const model = await amqp.connect(stack.amqpUrl);
  const channel = await model.createConfirmChannel();
  let count = 0;
  for (;;) {
    const letter = await channel.get(deadQueue);
    if (letter === false) break;
    if (!String(letter.properties.headers?.['x-dead-reason']).match(/digested|longer than/))
      throw new Error('a dead letter without its reason');
    channel.publish('', queue, letter.content, { ...letter.properties, persistent: true });
    await channel.waitForConfirms();
    channel.ack(letter);
    count += 1;
  }
  await channel.close();
  await model.close();
  return count;
}
