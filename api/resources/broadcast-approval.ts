// An operator's word on a broadcast that is too large to go out without one: an update of its workflow, which refuses what it does not wait for.
import { z } from '@hono/zod-openapi';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { aggregates } from '../../db/aggregates.ts';
import { readApproval } from '../../db/broadcast-approval.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import { type BroadcastDecision, decideBroadcastUpdate } from '../../workflows/names.ts';
import type { ApiDeps } from '../api-deps.ts';
import { found, type Route, writeRoute } from '../define-route.ts';
import { decidedSchema } from '../schemas/broadcast.ts';
import { idParams } from '../schemas/common.ts';

const updateMs = 4_000;

const decide = (verb: 'approve' | 'refuse', summary: string): Route =>
  writeRoute({
    method: 'post',
    path: `/v1/broadcasts/{id}/${verb}`,
    scope: 'operate',
    operationId: `${verb}Broadcast`,
    tag: 'broadcasts',
    summary,
    description:
      'A broadcast to more recipients than `BROADCAST_APPROVAL_ABOVE` waits for it; its progress tells since when and until when.',
    params: idParams,
    body: z.strictObject({
      note: z.string().trim().min(1).max(500).optional().openapi({ description: 'Why, for those who come later.' }),
    }),
    answer: { status: 202, description: 'The decision is with the workflow.', schema: decidedSchema },
    handle: async ({ params: { id }, body }, { tx, deps, caller }) => {
      found(await readOne(tx, deps.database.keysOf, aggregates.broadcast.store, id), 'broadcast');
      const asked = await readApproval(tx, id);
      if (!asked) throw violated('approval_not_awaited', 'The broadcast waits for no approval.');
      if (asked.state !== 'awaited')
        throw violated('approval_not_awaited', `The broadcast was ${asked.state} already.`);
      const decision = { isApproved: verb === 'approve', by: `${caller.kind}:${caller.id}`, note: body.note ?? null };
      await update(deps, `broadcast-${id}`, decision);
      return { body: { broadcastId: id, decision: decision.isApproved ? 'approved' : 'refused' } };
    },
  });

export const broadcastApprovalRoutes: readonly Route[] = [
  decide('approve', 'Lets a large broadcast go out'),
  decide('refuse', 'Ends a large broadcast before anybody got it'),
];

async function update({ temporal }: ApiDeps, workflowId: string, decision: BroadcastDecision): Promise<void> {
  try {
    await temporal.within(updateMs, () =>
      temporal.client.workflow.getHandle(workflowId).executeUpdate(decideBroadcastUpdate, { args: [decision] }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError)
      throw violated('approval_not_awaited', 'The broadcast waits for no approval any more.');
    throw new DomainError('unavailable', 'The broadcast’s workflow does not answer right now: try again in a moment.');
  }
}
