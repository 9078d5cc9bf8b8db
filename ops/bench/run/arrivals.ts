// Counts what reaches the queue, when, and whether each aggregate's events came in their sequence. Cheap, because it runs beside what is measured.
import amqp, { type ConsumeMessage } from 'amqplib';
import { tick } from './tick.ts';

/** What came since `begin`. `again`: duplicates; `late`: came after a later event of their aggregate. */
export type Arrivals = {
  readonly begin: (options?: { readonly ids?: boolean; readonly markEvery?: number }) => void;
  readonly count: () => number;
  readonly again: () => number;
  readonly late: () => number;
  readonly at: (eventId: string) => number | undefined;
  /** When the 1st, n-th, 2n-th … event came. */
  readonly marks: () => readonly number[];
  /** Waits until so many came; throws when none came for `patienceMs`. */
  readonly reach: (count: number, patienceMs?: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Consumes the queue as fast as it goes: prefetch 1,000, an ack for each 50. */
export async function watchArrivals(amqpUrl: string, queue: string): Promise<Arrivals> {
  const model = await amqp.connect(`${amqpUrl}?heartbeat=60`, { noDelay: true });
  const channel = await model.createChannel();
  await channel.prefetch(1_000);
  let [count, again, late, unacked, keepIds, markEvery] = [0, 0, 0, 0, true, Number.POSITIVE_INFINITY];
  let times = new Map<string, number>();
  let sequences = new Map<unknown, number>();
  let marks: number[] = [];
  let last: ConsumeMessage | undefined;
  const ack = (): void => {
    if (last) channel.ack(last, true);
    last = undefined;
    unacked = 0;
  };
  await channel.consume(queue, (message) => {
    if (!message) return;
    last = message;
    unacked += 1;
    if (unacked >= 50) ack();
    const { messageId, headers = {} } = message.properties;
    if (keepIds) {
      if (times.has(messageId)) {
        again += 1;
        return;
      }
      times.set(messageId, performance.now());
    }
    count += 1;
    if (count === 1 || count % markEvery === 0) marks.push(performance.now());
    const aggregate = headers['cloudEvents:aggregateid'];
    const sequence = Number(headers['cloudEvents:sequence']);
    if (sequence < (sequences.get(aggregate) ?? 0)) late += 1;
    else sequences.set(aggregate, sequence);
  });
  const flush = setInterval(ack, 50);
  return {
    begin: (options = {}) => {
      keepIds = options.ids ?? true;
      markEvery = options.markEvery ?? Number.POSITIVE_INFINITY;
      [count, again, late] = [0, 0, 0];
      times = new Map();
      sequences = new Map();
      marks = [];
    },
    count: () => count,
    again: () => again,
    late: () => late,
    at: (eventId) => times.get(eventId),
    marks: () => marks,
    reach: async (wanted, patienceMs = 20_000) => {
      let [seen, seenAt] = [count, performance.now()];
      while (count < wanted) {
        await tick(2);
        if (count > seen) [seen, seenAt] = [count, performance.now()];
        else if (performance.now() - seenAt > patienceMs)
          throw new Error(`only ${count} of ${wanted} events came; none for ${patienceMs / 1_000} s`);
      }
    },
    close: async () => {
      clearInterval(flush);
      await model.close();
    },
  };
}
