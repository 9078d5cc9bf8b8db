// Gathers deliveries into batches of one tenant. No delivery waits for others while there is a free turn, but for `waitMs`, if that is said, and for
// those of its own key that are under way: two batches that hold events of one aggregate would overtake each other.
import type { Batch } from './consumer.ts';
import type { Limiter } from './limiter.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerTime } from './ports.ts';
import type { Attempt } from './take-effect.ts';

/** What came of a delivery in its batch. `alone`: the batch failed as a whole and left nothing; each has to be tried by itself. */
export type BatchResult = { readonly attempt: Attempt; readonly tookMs: number } | 'alone' | 'give-back';

/** Gathers. */
export type Batcher = {
  /** Puts a delivery into the next batch. Never rejects. */
  readonly take: (delivery: Delivery, signal: AbortSignal) => Promise<BatchResult>;
  /** Whatever came of a delivery, it is settled now: the next ones of its key may go. Once for each that was taken. */
  readonly release: (delivery: Delivery) => void;
};

type Waiting = {
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
  readonly settle: (result: BatchResult) => void;
};

/** Makes a batcher; `take` lets a batch take effect as a whole, or throws. A delivery that meets nobody is `alone` from the start. Without a key it waits for nobody. */
export function createBatcher(
  {
    max,
    waitMs,
    time,
    inTurn,
    keyOf,
  }: Batch & {
    readonly time: ConsumerTime;
    readonly inTurn: Limiter;
    readonly keyOf: (delivery: Delivery) => string | undefined;
  },
  take: (deliveries: readonly Delivery[]) => Promise<readonly Attempt[]>,
): Batcher {
  /** By tenant, the tenant that waits longest first. */
  const waiting = new Map<string, Waiting[]>();
  /** By key, how many are under way. */
  const underWay = new Map<string, number>();

  const isFree = ({ delivery }: Waiting): boolean => {
    const key = keyOf(delivery);
    return key === undefined || !underWay.has(key);
  };
  /** Of the tenant that waits longest; the rest of it queues up behind the others. */
  const nextBatch = (): Waiting[] => {
    for (const [tenantId, all] of waiting) {
      const batch = all.filter(isFree).slice(0, max);
      if (batch.length === 0) continue;
      const chosen = new Set(batch);
      const rest = all.filter((one) => !chosen.has(one));
      waiting.delete(tenantId);
      if (rest.length > 0) waiting.set(tenantId, rest);
      return batch;
    }
    return [];
  };
  const runNext = async (): Promise<void> => {
    const batch = nextBatch();
    if (batch.length === max) queueUp();
    for (const { delivery } of batch) {
      const key = keyOf(delivery);
      if (key !== undefined) underWay.set(key, (underWay.get(key) ?? 0) + 1);
    }
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
  // One turn for each: whichever comes first takes all that have gathered, and the others find nothing to do.
  const queueUp = (): void => void inTurn(undefined, runNext);

  return {
    take: (delivery, signal) =>
      new Promise((settle) => {
        const { tenantId } = delivery.event;
        const group = waiting.get(tenantId) ?? [];
        group.push({ delivery, signal, settle });
        waiting.set(tenantId, group);
        if (waitMs === 0 || group.length >= max) queueUp();
        else time.after(waitMs, queueUp);
      }),
    release: (delivery) => {
      const key = keyOf(delivery);
      if (key === undefined) return;
      const others = (underWay.get(key) ?? 1) - 1;
      if (others > 0) underWay.set(key, others);
      else {
        underWay.delete(key);
        if (waiting.size > 0) queueUp();
      }
    },
  };
}
