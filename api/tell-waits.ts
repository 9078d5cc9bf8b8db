// Tells the workflows of waiting automations that their automation has changed. A hint: each looks again by itself, only later.
import { openWaits, waitWorkflowId } from '../db/automations/waits.ts';
import type { Tx } from '../db/transaction.ts';
import { waitNewsSignal } from '../workflows/names.ts';
import type { ApiDeps } from './api-deps.ts';

/** So many are told; the others find out. */
const most = 200;
const deadlineMs = 4_000;

/** Tells them once the change is committed. Nobody waits for it, and it never fails. */
export async function tellWaits({ temporal }: Pick<ApiDeps, 'temporal'>, tx: Tx, automationId: string): Promise<void> {
  const ids = await openWaits(tx, automationId, most);
  if (ids.length === 0) return;
  tx.onCommit(() => {
    void temporal
      .within(deadlineMs, async () => {
        // One that has ended meanwhile needs no telling.
        for (const id of ids)
          await temporal.client.workflow
            .getHandle(waitWorkflowId(id))
            .signal(waitNewsSignal)
            .catch(() => undefined);
      })
      .catch(() => undefined);
  });
}
