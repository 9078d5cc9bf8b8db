// The activities of the saga DisconnectChannel: what a channel that was switched off or deleted has at the gateway is put to rest or taken away.
import { aggregates } from '../../db/aggregates.ts';
import { forgetPairing } from '../../db/channel-pairings.ts';
import { load } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { webhookUrl } from '../../intake/webhook-url.ts';
import type { DisconnectChannelInput } from '../../workflows/names.ts';
import { writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep } from '../saga-steps.ts';
import type { ChannelActivityDeps } from './activation-activities.ts';
import { atGateway } from './at-gateway.ts';
import { isOwn, sessionName } from './channel-session.ts';

/** What came of it: `wanted`: somebody asked for the channel again meanwhile; `nothing`: the gateway has no session of the channel's. */
export type Disconnected = { readonly outcome: 'removed' | 'released' | 'nothing' | 'wanted' };

/** The activities' types, for the workflow. */
export type DisconnectionActivities = ReturnType<typeof createDisconnectionActivities>;

/** Makes them. */
export function createDisconnectionActivities({ database, gateway, publicUrl, onSaga }: ChannelActivityDeps) {
  return {
    /** Opens the saga's row, so that it can have its turn. */
    async beginDisconnection({ channelId }: DisconnectChannelInput): Promise<void> {
      await runStep(database, async ({ tx, saga }) => {
        await tx.query(
          'update sagas set subject_ids = subject_ids || $3::jsonb where tenant_id = $1 and correlation_id = $2',
          [tx.tenantId, saga.correlationId, JSON.stringify({ channelId })],
        );
        return {};
      });
    },
    /** Of a deleted channel the account is logged out and the session deleted; of one that was switched off the session is stopped and calls us no more. */
    async disconnectSession({ tenantId, channelId }: DisconnectChannelInput): Promise<Disconnected> {
      const { state: channel } = await inTenant(database.pool, tenantId, (tx) =>
        load(database, tx, aggregates.channel, channelId),
      );
      const isDeleted = channel.deletedAt !== null;
      const name = sessionName(channel);
      const outcome = await atGateway(async () => {
        if (!isDeleted && channel.status !== 'inactive') return 'wanted';
        const session = await gateway.getSession(name);
        if (!session || !isOwn(session, channelId, publicUrl)) return 'nothing';
        if (isDeleted) await gateway.removeSession(name);
        else await gateway.releaseSession(name, webhookUrl(publicUrl, channelId));
        return isDeleted ? 'removed' : 'released';
      });
      return runStep<Disconnected>(database, async () => ({ outcome }));
    },
    /** The saga is complete. */
    async finishDisconnection({ channelId }: DisconnectChannelInput, { outcome }: Disconnected): Promise<void> {
      await runStep(database, async ({ tx, saga }) => {
        if (outcome !== 'wanted') await forgetPairing(tx, channelId);
        await writeSaga(tx, saga, { state: 'completed', subjectIds: { channelId } });
        return {};
      });
      onSaga(requireSaga(), 'completed', null);
    },
  };
}
