// Tidies a dead-letter queue when its copies and the database disagree, and they still do at the next look: while letters are being written they always do.
import { consumerStatus } from '../../db/consumer-status.ts';
import { inSystem } from '../../db/transaction.ts';
import type { CarryOutDeps } from './carry-out.ts';
import type { OperatedConsumer } from './operated-consumer.ts';
import { tidyDeadQueue } from './tidy-dead-queue.ts';

/** What was seen at the last look, and what a tidying left: the same again is not worth another round. */
const seen = new WeakMap<OperatedConsumer, { last: string; left: string }>();

/** Looks at each consumer's, after the queues were looked at. */
export async function tidyDeadQueues(
  deps: Pick<CarryOutDeps, 'systemPool' | 'broker' | 'log'>,
  consumers: readonly OperatedConsumer[],
): Promise<void> {
  for (const consumer of consumers) {
    const figures = await figuresOf(deps, consumer);
    const before = seen.get(consumer) ?? { last: '', left: '' };
    const key = `${figures.copies} ${figures.letters}`;
    const isOff = figures.copies !== null && figures.copies > 0 && figures.copies !== figures.letters;
    seen.set(consumer, { ...before, last: key });
    if (!isOff || before.last !== key || before.left === key) continue;
    const tidied = await tidyDeadQueue(deps, consumer);
    const letters = figures.letters + tidied.adopted;
    const left = `${(figures.copies ?? 0) - tidied.removed} ${letters}`;
    seen.set(consumer, { last: left, left });
    deps.log.info({ consumer: consumer.name, ...tidied }, 'a dead-letter queue was tidied');
  }
}

async function figuresOf(
  { systemPool }: Pick<CarryOutDeps, 'systemPool'>,
  { name }: OperatedConsumer,
): Promise<{ copies: number | null; letters: number }> {
  return inSystem(systemPool, async (tx) => {
    const [status] = await consumerStatus(tx, name);
    const { rows } = await tx.query<{ letters: number }>(
      'select count(*) as letters from consumer_failures where consumer_name = $1 and dead_at is not null',
      [name],
    );
    return { copies: status?.deadReady ?? null, letters: rows[0]?.letters ?? 0 };
  });
}
