// The activities of the saga ProcessGatewayEvent: apply the event as one step; settle it with the saga.
import type { Database } from '../../db/deps.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import { markRawEvent } from '../../intake/raw-events.ts';
import { cutText } from '../../platform/cut-text.ts';
import type { GatewayEventInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { loadGatewayEvent } from '../inbound/gateway-message.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep } from '../saga-steps.ts';
import { applyGatewayEvent } from './apply-gateway-event.ts';

/** The activities' types, for the workflow. */
export type GatewayEventActivities = ReturnType<typeof createGatewayEventActivities>;

/** Makes them. */
export function createGatewayEventActivities(database: Database, publicUrl: string, listener: SagaListener) {
  return {
    /** Applies the event; the saga is complete with it. */
    async applyGatewayEvent(input: GatewayEventInput): Promise<void> {
      await runStep(database, async ({ tx, saga }) => {
        const { raw, event } = await loadGatewayEvent(database, tx, input.rawEventId);
        const { rows } = await tx.query<{ open: boolean }>(
          `select status in ('stored', 'started') as open from raw_events where tenant_id = $1 and id = $2 for no key update`,
          [tx.tenantId, raw.id],
        );
        // Someone else got it applied meanwhile.
        const { outcome } = rows[0]?.open
          ? await applyGatewayEvent({ database, tx, raw, event, publicUrl })
          : { outcome: 'processed' };
        if (outcome === 'later' || outcome === 'needs_saga')
          throw new DomainError('unavailable', 'The event can not be applied yet.');
        await writeSaga(tx, saga, { state: 'completed' });
        return { outcome };
      });
      listener(requireSaga(), 'completed', null);
    },
    /** Marks the event failed: it stays stored and can be run again. */
    async settleGatewayEvent(input: GatewayEventInput, { state, reason }: SagaOutcome): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, saga.tenantId, async (tx) => {
        // Settled before: by now the event may be in another run's hands.
        if (!(await writeSaga(tx, saga, { state, reason }))) return;
        await markRawEvent(tx, input.rawEventId, {
          status: 'failed',
          workflowId: saga.workflowId,
          lastError: cutText(reason, 1000),
        });
      });
      listener(saga, state, reason);
    },
  };
}
