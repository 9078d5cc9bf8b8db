// The activities of the saga SendMessage: reserve an id at the gateway, send with it, settle what is unknown, note the outcome.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenant, inTenantRetrying } from '../../db/transaction.ts';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import type { Message } from '../../domain/message/message.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';
import { isWahaError } from '../../integrations/waha/waha-error.ts';
import { cutText } from '../../platform/cut-text.ts';
import type { SendMessageInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep, stepCause } from '../saga-steps.ts';
import { deliverToGateway, findAtGateway } from './gateway-delivery.ts';
import { receiverAddress } from './receiver-address.ts';
import { repliedId } from './replied-id.ts';
import { requireWanted } from './require-wanted.ts';

/** The id reserved at the gateway; null: there is nothing (any more) to send. */
export type Reserved = { readonly channelMessageId: string | null };

/** How a send ended. `unknown`: no answer came, it may have gone out; `unavailable`: it surely has not. */
export type SendOutcome =
  | { readonly outcome: 'sent' | 'unknown' | 'unavailable' }
  | { readonly outcome: 'rejected'; readonly reason: string };

/** The activities' types, for the workflow. */
export type SendActivities = ReturnType<typeof createSendActivities>;

/** Makes them. */
export function createSendActivities(database: Database, gateway: WahaClient, listener: SagaListener) {
  const loadMessage = ({ tenantId, messageId }: SendMessageInput): Promise<Message> =>
    inTenant(database.pool, tenantId, async (tx) => {
      const { state, exists } = await load(database, tx, aggregates.message, messageId);
      if (!exists) throw new DomainError('not_found', 'There is no such message.');
      return state;
    });
  const sessionOf = ({ tenantId }: SendMessageInput, channelId: string): Promise<string> =>
    inTenant(database.pool, tenantId, async (tx) => {
      const { state, exists } = await load(database, tx, aggregates.channel, channelId);
      if (!exists || state.deletedAt !== null)
        throw new DomainError('rule_violated', 'The channel was deleted.', { rule: 'channel_deleted' });
      return state.externalId ?? 'default';
    });
  /** Where the message goes; `chatId` undefined: nowhere, the number is not at the gateway. */
  const targetOf = async ({ tenantId }: SendMessageInput, message: Message) => {
    const session = await sessionOf({ tenantId, messageId: message.id }, message.channelId);
    return { session, chatId: await receiverAddress({ database, gateway }, { tenantId, session, message }) };
  };

  return {
    /** Reserves the id under which the message will be known, and stores it before anything is sent. */
    async reserveMessageId(input: SendMessageInput): Promise<Reserved> {
      const message = await loadMessage(input);
      refuseFailed(message);
      if (message.status !== 'queued') return runStep<Reserved>(database, async () => ({ channelMessageId: null }));
      const reserved =
        message.channelMessageId ?? (await gateway.newMessageId(await sessionOf(input, message.channelId)));
      return runStep<Reserved>(database, async ({ tx }) => {
        const { rows } = await tx.query<{ id: string }>(
          `insert into message_sends (message_id, tenant_id, channel_id, channel_message_id) values ($1, $2, $3, $4)
           on conflict (message_id) do update set message_id = excluded.message_id returning channel_message_id as id`,
          [input.messageId, input.tenantId, message.channelId, reserved],
        );
        return { channelMessageId: rows[0]?.id ?? reserved };
      });
    },

    /**
     * One send. Never throws for what the gateway says: the outcome tells. Repeating it with the same id is no second message. Throws rule_violated
     * for what the contact does not want any more.
     */
    async sendToGateway(input: SendMessageInput, channelMessageId: string): Promise<SendOutcome> {
      const message = await loadMessage(input);
      if (message.status === 'failed') return { outcome: 'rejected', reason: message.failureReason ?? 'unknown' };
      if (message.status !== 'queued') return { outcome: 'sent' };
      await requireWanted(database, input.tenantId, message);
      await inTenant(database.pool, input.tenantId, (tx) =>
        tx.query('update message_sends set attempts = attempts + 1 where tenant_id = $1 and message_id = $2', [
          input.tenantId,
          input.messageId,
        ]),
      );
      try {
        const { session, chatId } = await targetOf(input, message);
        if (chatId === undefined) return { outcome: 'rejected', reason: 'number_not_at_gateway' };
        const replyTo = await repliedId(database, { tenantId: input.tenantId, message, address: chatId });
        const target = { session, chatId, id: channelMessageId, ...(replyTo !== undefined && { replyTo }) };
        await deliverToGateway(gateway, target, message);
        return { outcome: 'sent' };
      } catch (error) {
        if (!isWahaError(error)) throw error;
        if (error.code === 'timeout_unknown') return { outcome: 'unknown' };
        if (error.retryable) return { outcome: 'unavailable' };
        return { outcome: 'rejected', reason: error.code };
      }
    },

    /** Whether a send whose answer was lost went out: its echo came, or the gateway knows the id. Throws rule_violated when the gateway said that it failed. */
    async lookUpSend(input: SendMessageInput, channelMessageId: string): Promise<{ readonly found: boolean }> {
      const message = await loadMessage(input);
      refuseFailed(message);
      if (message.status !== 'queued') return { found: true };
      const { session, chatId } = await targetOf(input, message);
      return {
        found: chatId !== undefined && (await findAtGateway(gateway, { session, chatId, id: channelMessageId })),
      };
    },

    /** Notes that the message went out, and with it that the saga is complete. Throws rule_violated when the gateway said meanwhile that it failed. */
    async settleSend(input: SendMessageInput, channelMessageId: string | null): Promise<void> {
      await runStep(database, async ({ tx, saga, cause }) => {
        if (channelMessageId !== null) {
          const loaded = await load(database, tx, aggregates.message, input.messageId, true);
          refuseFailed(loaded.state);
          const at = database.clock.now().toISOString();
          const data = { status: 'sent', at, channelMessageId, isConcluded: true };
          await execute(
            database,
            tx,
            aggregates.message,
            input.messageId,
            { type: 'message.apply_status', data },
            cause,
            { loaded },
          );
        }
        await writeSaga(tx, saga, { state: 'completed', subjectIds: { messageId: input.messageId } });
        return {};
      });
      listener(requireSaga(), 'completed', null);
    },

    /** Notes that the message did not go out, with the reason, and how the saga ended. */
    async settleFailedSend(input: SendMessageInput, { state, reason }: SagaOutcome): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, saga.tenantId, async (tx) => {
        const at = database.clock.now().toISOString();
        const data = { status: 'failed', at, failureReason: cutText(reason, 1000), isConcluded: true };
        const { exists } = await load(database, tx, aggregates.message, input.messageId, true);
        if (exists)
          await execute(
            database,
            tx,
            aggregates.message,
            input.messageId,
            { type: 'message.apply_status', data },
            stepCause(saga),
          );
        await writeSaga(tx, saga, { state, reason, subjectIds: { messageId: input.messageId } });
      });
      listener(saga, state, reason);
    },
  };
}

/** An acknowledgement can come before the answer to the call: what the gateway says about the message counts more. */
function refuseFailed({ status, failureReason }: Message): void {
  if (status === 'failed') throw violated('message_failed', `The message failed (${failureReason ?? 'unknown'}).`);
}
