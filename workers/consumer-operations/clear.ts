// The clearing of a rebuild: pass after pass, until nothing is left but what the relay has not marked as sent yet.
import { type Cleared, clearAggregates, clearEvents, clearRest } from '../../db/consumer-rebuild.ts';
import { lastPosition } from '../../db/log-events.ts';
import { inSystem } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import type { Work } from './carry-out.ts';

const passes = 20;
const betweenPassesMs = 500;

/** Clears all that the consumer has made (what the log has no more only if that was accepted), and notes where the log ends afterwards. Begun again after a crash, it clears what is there by then. */
export async function clearAll({ deps, consumer, current, note, signal }: Work): Promise<void> {
  const { rebuild, name, ordered } = consumer;
  if ('refusal' in rebuild) throw new Error(rebuild.refusal);
  const clearSome = ordered ? clearAggregates : clearEvents;
  for (let pass = 0; pass < passes; pass += 1) {
    let left = 0;
    for (let next: string | null = null, first = true; first || next !== null; first = false) {
      const after: string | null = next;
      const cleared: Cleared = await inSystem(deps.systemPool, (tx) =>
        clearSome(tx, { consumer: name, after, gap: current().acceptGap, clear: rebuild.clear }),
      );
      next = cleared.next;
      left += cleared.left;
      if (!(await note({ cleared: current().cleared + cleared.count }))) return;
    }
    if (left === 0) break;
    await pause(betweenPassesMs, signal);
  }
  const endPosition = await inSystem(deps.systemPool, async (tx) => {
    await clearRest(tx, name, current().acceptGap);
    return lastPosition(tx);
  });
  await note({ endPosition });
}
