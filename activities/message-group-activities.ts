// The activities of a message group's workflow: how long to wait still, and closing it. Each one commit.
import { aggregates } from '../db/aggregates.ts';
import type { Database } from '../db/deps.ts';
import { execute, load } from '../db/execute.ts';
import { inTenantRetrying } from '../db/transaction.ts';
import { derivedId } from '../platform/clock.ts';
import type { MessageGroupInput } from '../workflows/names.ts';

/** Where the group is. `dueInMs` 0: close it now. */
export type GroupState = { readonly pending: boolean; readonly dueInMs: number };

/** The activities' types, for the workflow. */
export type MessageGroupActivities = ReturnType<typeof createMessageGroupActivities>;

/** Makes them. */
export function createMessageGroupActivities(database: Database) {
  const cause = ({ groupId }: MessageGroupInput) => ({
    causationId: derivedId('message group', groupId),
    correlationId: groupId,
  });
  return {
    /** Looks when the group is due: each message moves that on, up to the cap. */
    async lookAtMessageGroup(input: MessageGroupInput): Promise<GroupState> {
      return inTenantRetrying(database.pool, input.tenantId, async (tx) => {
        const { state } = await load(database, tx, aggregates.messageGroup, input.groupId);
        const dueAt = state.dueAt === null ? 0 : Date.parse(state.dueAt);
        return { pending: state.status === 'pending', dueInMs: Math.max(0, dueAt - database.clock.now().getTime()) };
      });
    },
    /** Closes a due group: processing, then completed with what is known of its media by now. */
    async completeMessageGroup(input: MessageGroupInput): Promise<void> {
      await inTenantRetrying(database.pool, input.tenantId, async (tx) => {
        const { state } = await load(database, tx, aggregates.messageGroup, input.groupId, true);
        if (state.status !== 'pending' && state.status !== 'processing') return;
        const run = (type: 'message_group.start_processing' | 'message_group.complete', data: object) =>
          execute(database, tx, aggregates.messageGroup, input.groupId, { type, data }, cause(input));
        if (state.status === 'pending') await run('message_group.start_processing', {});
        const { rows } = await tx.query<{ count: number }>(
          `select count(*)::int as count from enrichments where tenant_id = $1 and message_id = any($2::uuid[]) and status = 'completed'`,
          [input.tenantId, state.messageIds],
        );
        await run('message_group.complete', { enrichmentCount: rows[0]?.count ?? 0 });
      });
    },
  };
}
