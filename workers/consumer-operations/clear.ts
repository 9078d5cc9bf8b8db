// The clearing of a rebuild: pass after pass, until nothing is left but what the relay has not marked as sent yet.
import { type Cleared, clearAggregates, clearEvents, clearRest } from '../../db/consumer-rebuild.ts';
import { lastPosition } from '../../db/log-events.ts';
import type { Progress } from '../../db/request-lease.ts';
import type { Tx } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import type { Work } from './carry-out.ts';

const passes = 20;
const betweenPassesMs = 500;

/**
 * Clears all that the consumer has made (what the log has no more only if that was accepted), and notes where the log ends afterwards. Begun again after a
 * crash, it clears what is there by then. Each bit with its note: who has lost the request would clear what another one has brought back since. False: it is
 * not ours any more.
 */
export async function clearAll({ consumer, current, note, signal }: Work): Promise<boolean> {
  const { rebuild, name, ordered } = consumer;
  if ('refusal' in rebuild) throw new Error(rebuild.refusal);
  if ('projection' in rebuild) throw new Error(`${name} builds a projection: nothing of it is cleared.`);
  const clearSome = ordered ? clearAggregates : clearEvents;
  for (let pass = 0; pass < passes; pass += 1) {
    let left = 0;
    let after: string | null = null;
    do {
      let cleared: Cleared | undefined;
      const clearBit = async (tx: Tx): Promise<Progress> => {
        cleared = await clearSome(tx, { consumer: name, after, gap: current().acceptGap, clear: rebuild.clear });
        return { cleared: current().cleared + cleared.count };
      };
      if (!(await note(clearBit))) return false;
      after = cleared?.next ?? null;
      left += cleared?.left ?? 0;
    } while (after !== null);
    if (left === 0) break;
    await pause(betweenPassesMs, signal);
  }
  return note(async (tx) => {
    await clearRest(tx, name, current().acceptGap);
    return { endPosition: await lastPosition(tx) };
  });
}
