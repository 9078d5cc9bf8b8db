// The activities of a broadcast's workflows, each one commit that can be run again: its start, its audience, its pages, its recipients, its end.
import { aggregates } from '../../db/aggregates.ts';
import { type ApprovalDecision, type ApprovalRule, askApproval, decideApproval } from '../../db/broadcast-approval.ts';
import { gatherRecipients } from '../../db/broadcast-audience.ts';
import { noteCapping } from '../../db/broadcast-pacing.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenant, inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { Broadcast } from '../../domain/broadcast/broadcast.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';
import { isWahaError } from '../../integrations/waha/waha-error.ts';
import { cutText } from '../../platform/cut-text.ts';
import type { BroadcastInput, RecipientInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { enterSaga, requireSaga } from '../saga-steps.ts';
import { beginRecipient } from './begin-recipient.ts';
import { broadcastCause } from './broadcast-cause.ts';
import { type PlanInput, planPage } from './plan-page.ts';
import { type SettleInput, settleRecipient } from './settle-recipient.ts';

/** Where a broadcast is. `dueInMs`: until its scheduled start; null: it has none. */
export type BroadcastStanding = { readonly status: Broadcast['status'] | 'gone'; readonly dueInMs: number | null };

/** The activities' types, for the workflows. */
export type BroadcastActivities = ReturnType<typeof createBroadcastActivities>;

const isOver = (status: Broadcast['status']): boolean => ['completed', 'failed', 'cancelled'].includes(status);

/** `approval`: without it none is asked for. What tests change: `random` draws the jitter. */
type Options = {
  readonly approval?: ApprovalRule | undefined;
  readonly random?: () => number;
  readonly pageSize?: number;
};

/** Makes them. */
export function createBroadcastActivities(
  database: Database,
  gateway: WahaClient,
  listener: SagaListener,
  { approval, random = Math.random, pageSize = 100 }: Options = {},
) {
  const change = (
    { tenantId, broadcastId }: BroadcastInput,
    work: (tx: Tx, state: Broadcast, exists: boolean) => Promise<void>,
  ) =>
    inTenantRetrying(database.pool, tenantId, async (tx) => {
      const { state, exists } = await load(database, tx, aggregates.broadcast, broadcastId, true);
      await work(tx, state, exists);
    });

  return {
    /** Looks where it is. */
    lookAtBroadcast({ tenantId, broadcastId }: BroadcastInput): Promise<BroadcastStanding> {
      return inTenant(database.pool, tenantId, async (tx) => {
        const { state, exists } = await load(database, tx, aggregates.broadcast, broadcastId);
        if (!exists) return { status: 'gone', dueInMs: null };
        const { status, scheduledAt } = state;
        if (status !== 'scheduled' || scheduledAt === null) return { status, dueInMs: null };
        return { status, dueInMs: Math.max(0, Date.parse(scheduledAt) - database.clock.now().getTime()) };
      });
    },

    /** Starts one whose time has come, and shows its saga; nothing happens to one that was started, called off or put off meanwhile. */
    async startBroadcast(input: BroadcastInput): Promise<void> {
      const saga = requireSaga();
      await change(input, async (tx, { status, scheduledAt }) => {
        const isDue = scheduledAt !== null && Date.parse(scheduledAt) <= database.clock.now().getTime();
        if (status === 'scheduled' && isDue) {
          const command = { type: 'broadcast.start', data: {} } as const;
          const { broadcastId } = input;
          await execute(database, tx, aggregates.broadcast, broadcastId, command, broadcastCause(broadcastId));
        }
        await enterSaga(tx, saga);
      });
    },

    /** Shows its saga at the step that runs. */
    async showBroadcast(): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, saga.tenantId, (tx) => enterSaga(tx, saga));
    },

    /** Makes recipients of the next 5,000 on its list. */
    gatherAudience({ tenantId, broadcastId }: BroadcastInput): Promise<{ readonly isComplete: boolean }> {
      return inTenantRetrying(database.pool, tenantId, async (tx) => {
        const { state, exists } = await load(database, tx, aggregates.broadcast, broadcastId);
        if (!exists || isOver(state.status)) return { isComplete: true };
        return { isComplete: (await gatherRecipients(tx, state, { now: database.clock.now() })).isComplete };
      });
    },

    /** Asks for an approval when so many are waiting that one is needed; gives for how long to wait for it, 0 when there is nothing to wait for. */
    async askForApproval({ tenantId, broadcastId }: BroadcastInput): Promise<{ readonly waitMs: number }> {
      if (!approval) return { waitMs: 0 };
      const { clock } = database;
      const asked = await inTenantRetrying(database.pool, tenantId, async (tx) => {
        const { state, exists } = await load(database, tx, aggregates.broadcast, broadcastId);
        return exists && !isOver(state.status) ? askApproval(tx, broadcastId, { rule: approval, clock }) : null;
      });
      if (asked?.state !== 'awaited') return { waitMs: 0 };
      return { waitMs: Math.max(1, Date.parse(asked.until) - clock.now().getTime()) };
    },

    /** Keeps what was decided. */
    async noteApproval({ tenantId, broadcastId }: BroadcastInput, decision: ApprovalDecision): Promise<void> {
      const { clock } = database;
      await inTenantRetrying(database.pool, tenantId, (tx) => decideApproval(tx, broadcastId, { ...decision, clock }));
    },

    planPage: (input: PlanInput) => planPage(database, input, pageSize),
    beginRecipient: (input: RecipientInput) => beginRecipient({ database, random }, input),
    settleRecipient: (input: SettleInput) => settleRecipient(database, input),

    /** Asks the gateway how much the number may still send. What can't be learnt now changes nothing. */
    async readCapping({ tenantId, broadcastId }: BroadcastInput): Promise<void> {
      const channel = await inTenant(database.pool, tenantId, async (tx) => {
        const { state } = await load(database, tx, aggregates.broadcast, broadcastId);
        return (await load(database, tx, aggregates.channel, state.channelId)).state;
      });
      try {
        const capping = await gateway.getCapping(channel.externalId ?? 'default');
        await inTenantRetrying(database.pool, tenantId, (tx) => noteCapping(tx, channel.id, capping ?? null));
      } catch (error) {
        if (!isWahaError(error)) throw error;
      }
    },

    /** Writes the saga's last word, unless it stands there. */
    async finishBroadcast({ tenantId, broadcastId }: BroadcastInput): Promise<void> {
      const saga = requireSaga();
      const isNews = await inTenantRetrying(database.pool, tenantId, async (tx) => {
        if (await isSettled(tx, saga.correlationId)) return false;
        return writeSaga(tx, saga, { state: 'completed', subjectIds: { broadcastId } });
      });
      if (isNews) listener(saga, 'completed', null);
    },

    /** Ends a broadcast that can't go on: whoever was not begun is skipped. */
    async settleBroadcast(input: BroadcastInput, { state, reason }: SagaOutcome): Promise<void> {
      const saga = requireSaga();
      const { broadcastId } = input;
      await change(input, async (tx, { status }, exists) => {
        if (exists && status !== 'draft' && !isOver(status)) {
          const command = { type: 'broadcast.fail', data: { reason: cutText(reason, 1000) } } as const;
          await execute(database, tx, aggregates.broadcast, broadcastId, command, broadcastCause(broadcastId));
        }
        await writeSaga(tx, saga, { state, reason, subjectIds: { broadcastId } });
      });
      listener(saga, state, reason);
    },
  };
}

async function isSettled(tx: Tx, correlationId: string): Promise<boolean> {
  const { rows } = await tx.query<{ isEnded: boolean }>(
    'select ended_at is not null as "isEnded" from sagas where tenant_id = $1 and correlation_id = $2',
    [tx.tenantId, correlationId],
  );
  return rows[0]?.isEnded === true;
}
