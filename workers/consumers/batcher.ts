// Gathers deliveries into batches of one tenant. No delivery waits for others while there is a free turn, but for `waitMs`, if that is said.
import type { Batch } from './consumer.ts';
import type { Limiter } from './limiter.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerTime } from './ports.ts';
import type { Attempt } from './take-effect.ts';

/** What came of a delivery in its batch. `alone`: the batch failed as a whole and left nothing; each has to be tried by itself. */
export type BatchResult = { readonly attempt: Attempt; readonly tookMs: number } | 'alone' | 'give-back';

/** Puts a delivery into the next batch. Never rejects. */
export type Batcher = (delivery: Delivery, signal: AbortSignal) => Promise<BatchResult>;

type Waiting = {
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
  readonly settle: (result: BatchResult) => void;
};

/** Makes a batcher; `take` lets a batch take effect as a whole, or throws. A delivery that meets nobody is `alone` from the start. */
export function createBatcher(
  { max, waitMs, time, inTurn }: Batch & { readonly time: ConsumerTime; readonly inTurn: Limiter },
  take: (deliveries: readonly Delivery[]) => Promise<readonly Attempt[]>,
): Batcher {
  /** By tenant, the tenant that waits longest first. */
  const waiting = new Map<string, Waiting[]>();

  const runNext = async (): Promise<void> => {
    const [next] = waiting;
    if (!next) return;
    const [tenantId, all] = next;
    waiting.delete(tenantId);
    const batch = all.splice(0, max);
    // The rest of a tenant queues up behind the others.
    if (all.length > 0) waiting.set(tenantId, all);
    const wanted = batch.filter(({ signal }) => !signal.aborted);
    for (const { signal, settle } of batch) if (signal.aborted) settle('give-back');
    if (wanted.length < 2) {
      for (const { settle } of wanted) settle('alone');
      return;
    }
    const startedAt = time.now();
    try {
      const attempts = await take(wanted.map(({ delivery }) => delivery));
      const tookMs = (time.now() - startedAt) / wanted.length;
      wanted.forEach(({ settle }, index) => {
        const attempt = attempts[index];
        settle(attempt ? { attempt, tookMs } : 'alone');
      });
    } catch {
      for (const { settle } of wanted) settle('alone');
    }
  };

  return (delivery, signal) =>
    new Promise((settle) => {
      const { tenantId } = delivery.event;
      const group = waiting.get(tenantId) ?? [];
      group.push({ delivery, signal, settle });
      waiting.set(tenantId, group);
      // One turn for each: whichever comes first takes all that have gathered, and the others find nothing to do.
      const queueUp = (): void => void inTurn(undefined, runNext);
      if (waitMs === 0 || group.length >= max) queueUp();
      else time.after(waitMs, queueUp);
    });
}
