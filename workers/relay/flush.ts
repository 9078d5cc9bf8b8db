// A relay's step `flush`: marks as sent what was confirmed. When it can't, nothing is forgotten: the next flush marks it too.
import type { RelayPorts } from './ports.ts';
import type { RelayMemory } from './relay-memory.ts';

/** Makes the step; it answers how many events it marked. */
export function createFlush(
  { flight }: RelayMemory,
  { outbox }: RelayPorts,
  onSettled: () => void,
): () => Promise<number> {
  return async () => {
    const batch = flight.takeConfirmed();
    if (batch.length === 0) return 0;
    try {
      await outbox.markSent(batch);
    } catch (error) {
      flight.giveBackConfirmed(batch);
      throw error;
    }
    for (const taken of batch) flight.drop(taken);
    onSettled();
    return batch.length;
  };
}
