// The end of a rebuild: sees that every event that was sent has taken effect, was parked or given up; what stays away too long is sent once more.
import { settledStretch } from '../../db/consumer-progress.ts';
import { readLog } from '../../db/log-events.ts';
import { inSystem } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import type { Work } from './carry-out.ts';
import { sendEvents } from './send-events.ts';
import { rangeOf, tenantAfter } from './send-range.ts';

const pollMs = 100;
/** An event that is neither waiting in the queue nor taking effect for so long has been lost on the way. */
const lostAfterMs = 20_000;

/** Waits for all of it; false: the request is not ours any more. */
export async function settle(work: Work): Promise<boolean> {
  const { deps, consumer, current, note, signal } = work;
  let waitingFor: number | null = null;
  let since = performance.now();
  for (;;) {
    const { atTenant, position, endPosition } = current();
    const tenantId = atTenant ?? (await tenantAfter(work, null));
    if (tenantId === undefined) return true;
    const upTo = endPosition ?? 0;
    const { types } = rangeOf(work);
    const stretch = await inSystem(deps.systemPool, (tx) =>
      settledStretch(tx, consumer.name, { tenantId, after: position, upTo, types }),
    );
    if (stretch.openId !== null) {
      if (waitingFor !== stretch.openId) since = performance.now();
      waitingFor = stretch.openId;
      if (performance.now() - since > lostAfterMs && (await deps.broker.look(consumer.queue))?.ready === 0) {
        const place = { tenantId, after: stretch.openId - 1, upTo, limit: 500 };
        await sendEvents(
          deps.broker,
          consumer.queue,
          await inSystem(deps.systemPool, (tx) => readLog(tx, rangeOf(work), place)),
        );
        since = performance.now();
      }
      await pause(pollMs, signal);
      if (!(await note({ atTenant: tenantId }))) return false;
    } else if (stretch.lastId !== null) {
      const settled = current().settled + stretch.count;
      if (!(await note({ atTenant: tenantId, position: stretch.lastId, settled }))) return false;
    } else {
      const next = await tenantAfter(work, tenantId);
      if (next === undefined) return true;
      if (!(await note({ atTenant: next, position: 0 }))) return false;
    }
  }
}
