// The ways of messageGroup: on groups that real messages have made.
import type { WorkflowHandle } from '@temporalio/client';
import { inTenant } from '../../../db/transaction.ts';
import { messageAddedSignal, workflowNames } from '../../../workflows/names.ts';
import { eventually } from '../eventually.ts';
import { gatewayMessage } from '../messages.ts';
import type { Shop } from '../shop.ts';
import { resultOf, type Stage, startWorkflow, type Way, type Ways } from './way.ts';

type Steering = {
  readonly handle: WorkflowHandle;
  /** A further message of the same person's. */
  readonly write: () => Promise<unknown>;
};

const from = '5511987650009@c.us';

type Options = {
  readonly debounceMs: number;
  /** Lets another run close the group first. */
  readonly isClosed?: boolean;
  readonly steer?: (steering: Steering) => Promise<unknown>;
};

const way =
  ({ debounceMs, isClosed = false, steer }: Options): Way =>
  async (stage) => {
    const messageGrouping = { enabled: true, debounceMs, maxWaitMs: 3_600_000 };
    const shop = await stage.product.openShop({ messageGrouping });
    const write = async () => shop.runSaga(await shop.store(gatewayMessage({ from })));
    await write();
    const groupId = await groupOf(stage, shop);
    const start = (run: string) =>
      startWorkflow(stage, workflowNames.messageGroup, {
        workflowId: `message-group-${groupId}${run}`,
        input: { tenantId: shop.tenantId, groupId },
      });
    if (isClosed) await resultOf(await start('-first'));
    const handle = await start('');
    await steer?.({ handle, write });
    await resultOf(handle);
    return handle;
  };

async function groupOf({ product }: Stage, { tenantId }: Shop): Promise<string> {
  const { rows } = await inTenant(product.database.pool, tenantId, (tx) =>
    tx.query<{ id: string }>('select id from message_groups where tenant_id = $1', [tenantId]),
  );
  if (!rows[0]) throw new Error('The message made no group.');
  return rows[0].id;
}

/** Stands still until the group is due. */
const waits = (handle: WorkflowHandle): Promise<unknown> =>
  eventually(async () => (await handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer));

/** By name. */
export const messageGroupWays: Ways = {
  completed: way({ debounceMs: 1_000 }),
  'due-at-once': way({ debounceMs: 0 }),
  'closed-already': way({ debounceMs: 0, isClosed: true }),
  'moved-on': way({
    debounceMs: 4_000,
    async steer({ handle, write }) {
      await waits(handle);
      await write();
      await handle.signal(messageAddedSignal, { messageId: 'm' });
    },
  }),
  cancelled: way({
    debounceMs: 3_600_000,
    async steer({ handle }) {
      await waits(handle);
      await handle.cancel();
    },
  }),
};
