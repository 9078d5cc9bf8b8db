// Looks at the consumers' queues now and then and writes it down for whoever asks; moves the marks on up to which they are done with the log.
import { advanceMark, moveHorizon } from '../../db/consumer-progress.ts';
import { noteLook, type QueueLook } from '../../db/consumer-status.ts';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Broker } from './broker.ts';
import type { OperatedConsumer } from './operated-consumer.ts';

const strides = 10;

/** One look at a consumer's queues. Never throws: `problem` says what nobody knows, and why. */
export async function lookAtQueues(
  broker: Broker,
  managementUrl: string | undefined,
  { queue, deadQueue }: Pick<OperatedConsumer, 'queue' | 'deadQueue'>,
): Promise<QueueLook> {
  const unknown = { ready: null, unacked: null, subscribers: null, deadReady: null };
  try {
    const [live, dead] = await Promise.all([broker.look(queue), broker.look(deadQueue)]);
    if (!live) return { ...unknown, problem: `there is no queue ${queue} at the broker` };
    if (!dead) return { ...unknown, problem: `there is no queue ${deadQueue} at the broker` };
    const unacked = managementUrl ? await unackedOf(managementUrl, queue) : null;
    return { ready: live.ready, unacked, subscribers: live.subscribers, deadReady: dead.ready, problem: null };
  } catch (error) {
    return { ...unknown, problem: error instanceof Error ? error.message : 'the broker did not answer' };
  }
}

/** Writes down a look at each consumer. */
export async function noteLooks(
  systemPool: Pool,
  broker: Broker,
  managementUrl: string | undefined,
  consumers: readonly OperatedConsumer[],
): Promise<void> {
  for (const consumer of consumers) {
    const look = await lookAtQueues(broker, managementUrl, consumer);
    await inSystem(systemPool, (tx) => noteLook(tx, consumer.name, look));
  }
}

/** Moves the marks on, a few strides each. */
export async function advanceMarks(systemPool: Pool, consumers: readonly OperatedConsumer[]): Promise<void> {
  await inSystem(systemPool, moveHorizon);
  for (const { name } of consumers)
    for (let n = 0; n < strides; n += 1) if (!(await inSystem(systemPool, (tx) => advanceMark(tx, name)))) break;
}

/** Messages that are with a consumer and not acked; only the management API tells. Null when it does not. */
async function unackedOf(managementUrl: string, queue: string): Promise<number | null> {
  try {
    const { origin, username, password } = new URL(managementUrl);
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
      'base64',
    );
    const answer = await fetch(
      `${origin}/api/queues/%2F/${encodeURIComponent(queue)}?columns=messages_unacknowledged`,
      {
        headers: { authorization: `Basic ${credentials}` },
        signal: AbortSignal.timeout(2_000),
      },
    );
    const { messages_unacknowledged: unacked } = (await answer.json()) as { messages_unacknowledged?: unknown };
    return typeof unacked === 'number' ? unacked : null;
  } catch {
    return null;
  }
}
