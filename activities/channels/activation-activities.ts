// The activities of the saga ActivateChannel: the channel's session is made at the gateway, followed until it works, and taken back when it does not.
import { aggregates } from '../../db/aggregates.ts';
import { forgetPairing, notePairing } from '../../db/channel-pairings.ts';
import { takeTurn } from '../../db/channel-turns.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenant, inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { webhookUrl } from '../../intake/webhook-url.ts';
import type { WahaSession } from '../../integrations/waha/answers.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';
import { cutText } from '../../platform/cut-text.ts';
import type { ActivateChannelInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep, stepCause, undoStep } from '../saga-steps.ts';
import { atGateway } from './at-gateway.ts';
import { requireOwn, sessionMetadata, sessionName, sessionWebhook } from './channel-session.ts';
import { pairingDetails } from './pairing-details.ts';

/** What was there before: a session of the channel's own is put to rest by the undo, one that the saga made is deleted. */
export type ClaimedSession = { readonly existed: boolean };

/** A session's state as the gateway tells it; MISSING: it has none of this name. */
export type SessionSight = { readonly status: WahaSession['status'] | 'MISSING' };

/** The activities' types, for the workflow. */
export type ActivationActivities = ReturnType<typeof createActivationActivities>;

/** What they need. `publicUrl`: where the gateway reaches the API. */
export type ChannelActivityDeps = {
  readonly database: Database;
  readonly gateway: WahaClient;
  readonly publicUrl: string;
  readonly onSaga: SagaListener;
};

/** Makes them. */
export function createActivationActivities({ database, gateway, publicUrl, onSaga }: ChannelActivityDeps) {
  const wanted = (input: ActivateChannelInput): Promise<Channel> =>
    inTenant(database.pool, input.tenantId, (tx) => loadWanted(database, tx, input));
  const connect = async (input: ActivateChannelInput): Promise<void> => {
    const { tenantId, channelId } = input;
    const name = sessionName(await wanted(input));
    const webhook = await sessionWebhook(database, { tenantId, channelId, publicUrl });
    await atGateway(() => gateway.connectSession(name, webhook, sessionMetadata(tenantId, channelId)));
  };

  return {
    /** Opens the saga's row, so that it can be found by its channel and have its turn. Throws rule_violated when the request was withdrawn. */
    async beginActivation(input: ActivateChannelInput): Promise<void> {
      await runStep(database, async ({ tx }) => {
        await loadWanted(database, tx, input);
        await nameSubject(tx, input);
        return {};
      });
    },
    /** Whether no other saga of the channel is at the gateway. */
    takeTurnAtGateway: ({ tenantId, channelId }: { readonly tenantId: string; readonly channelId: string }) =>
      inTenantRetrying(database.pool, tenantId, (tx) => takeTurn(tx, channelId, requireSaga().workflowId)),
    /** Notes whether there is a session already, before anything is made. Throws rule_violated for somebody else's. */
    async claimSession(input: ActivateChannelInput): Promise<ClaimedSession> {
      const channel = await wanted(input);
      const session = await atGateway(() => gateway.getSession(sessionName(channel)));
      if (session) requireOwn(session, channel, publicUrl);
      return runStep<ClaimedSession>(database, async () => ({ existed: session !== undefined }));
    },
    /** Makes the session, or configures the one there is, and starts it. */
    async prepareSession(input: ActivateChannelInput): Promise<void> {
      await connect(input);
      await runStep(database, async () => ({}));
    },
    /** Takes back what prepareSession did, or may have done. */
    async releaseSession({ tenantId, channelId }: ActivateChannelInput, { existed }: ClaimedSession): Promise<void> {
      const { state } = await inTenant(database.pool, tenantId, (tx) =>
        load(database, tx, aggregates.channel, channelId),
      );
      const name = sessionName(state);
      await atGateway(() =>
        existed ? gateway.releaseSession(name, webhookUrl(publicUrl, channelId)) : gateway.removeSession(name),
      );
      await undoStep(database, async () => {});
    },
    /** Looks at the session, and leaves for the person who pairs it what they need next. */
    async lookAtSession(input: ActivateChannelInput): Promise<SessionSight> {
      const name = sessionName(await wanted(input));
      const { status, details } = await atGateway(async () => {
        const session = await gateway.getSession(name);
        const status = session?.status ?? ('MISSING' as const);
        return { status, details: await pairingDetails(gateway, name, status) };
      });
      await inTenantRetrying(database.pool, input.tenantId, (tx) =>
        notePairing(database, tx, input.channelId, { sessionStatus: status, ...details }),
      );
      return { status };
    },
    /** Brings back a session that failed, was stopped or has gone. */
    async reviveSession(input: ActivateChannelInput, { status }: SessionSight): Promise<void> {
      if (status !== 'FAILED') return connect(input);
      const name = sessionName(await wanted(input));
      await atGateway(() => gateway.restartSession(name));
    },
    /** The gateway said that it works: the channel is active, and the saga complete. */
    async confirmActivation(input: ActivateChannelInput): Promise<void> {
      const { channelId } = input;
      await runStep(database, async ({ tx, saga, cause }) => {
        await loadWanted(database, tx, input, true);
        const data = { webhookUrl: webhookUrl(publicUrl, channelId) };
        const command = { type: 'channel.confirm_working', data } as const;
        await execute(database, tx, aggregates.channel, channelId, command, cause);
        await forgetPairing(tx, channelId);
        await writeSaga(tx, saga, { state: 'completed', subjectIds: { channelId } });
        return {};
      });
      onSaga(requireSaga(), 'completed', null);
    },
    /** Notes why the channel is not connected, unless somebody has switched it off meanwhile, and how the saga ended. */
    async settleFailedActivation(input: ActivateChannelInput, { state, reason }: SagaOutcome): Promise<void> {
      const saga = requireSaga();
      const { tenantId, channelId } = input;
      await inTenantRetrying(database.pool, tenantId, async (tx) => {
        if (!(await writeSaga(tx, saga, { state, reason, subjectIds: { channelId } }))) return;
        const { state: channel } = await load(database, tx, aggregates.channel, channelId, true);
        if (!isOf(channel, input) || channel.status === 'active') return;
        const data = { reason: cutText(reason, 1000) };
        const command = { type: 'channel.fail_activation', data } as const;
        await execute(database, tx, aggregates.channel, channelId, command, stepCause(saga));
        await forgetPairing(tx, channelId);
      });
      onSaga(saga, state, reason);
    },
  };
}

/** The channel, if this request still is what is wanted of it. Throws rule_violated when it was switched off or deleted, or asked for again. */
async function loadWanted(database: Database, tx: Tx, input: ActivateChannelInput, lock = false): Promise<Channel> {
  const { state } = await load(database, tx, aggregates.channel, input.channelId, lock);
  if (!isOf(state, input)) throw violated('activation_withdrawn', 'The channel was switched off or deleted meanwhile.');
  return state;
}

function isOf(channel: Channel, { requestedAt }: ActivateChannelInput): boolean {
  const { status, activationRequestedAt, deletedAt } = channel;
  if (deletedAt !== null || activationRequestedAt === null) return false;
  const isUnderWay = status === 'activating' || status === 'connecting' || status === 'active';
  return isUnderWay && Date.parse(activationRequestedAt) === Date.parse(requestedAt);
}

async function nameSubject(tx: Tx, { channelId }: ActivateChannelInput): Promise<void> {
  await tx.query(
    'update sagas set subject_ids = subject_ids || $3::jsonb where tenant_id = $1 and correlation_id = $2',
    [tx.tenantId, requireSaga().correlationId, JSON.stringify({ channelId })],
  );
}
