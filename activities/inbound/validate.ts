// Step 1, validate: is the stored event a message that this project should have? Marks the raw event as taken by this saga.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { channelTypeId } from '../../db/stores/channel-type-store.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep } from '../saga-steps.ts';
import { loadGatewayMessage } from './gateway-message.ts';

/** What the later steps and the workflow need to know: ids and yes-or-no facts, nothing personal. */
export type Validated = {
  readonly projectId: string;
  readonly channelTypeId: string;
  readonly isGroup: boolean;
  readonly enrichable: boolean;
  /** The person is known by a hidden id alone: the gateway may know the number behind it. */
  readonly needsLookup: boolean;
  /** How messages are grouped, where the channel does. */
  readonly grouping: { readonly debounceMs: number; readonly maxWaitMs: number } | null;
  /** Set when there is nothing to do: why. */
  readonly ignored: string | null;
};

const enrichableTypes: readonly MessageEvent['type'][] = ['image', 'video', 'audio', 'voice'];

export async function validateInbound(database: Database, input: InboundInput): Promise<Validated> {
  return runStep(database, async ({ tx, saga, isShared }) => {
    const { message } = await loadGatewayMessage(database, tx, input.rawEventId);
    const channel = await load(database, tx, aggregates.channel, input.channelId);
    if (!channel.exists || channel.state.deletedAt !== null)
      throw new DomainError('not_found', 'The channel of this message was deleted.');
    // In one commit with the rest nobody would ever see it as started. By the time given the saga has ended, unless someone terminated it.
    if (!isShared)
      await tx.query(
        `update raw_events set status = 'started', workflow_id = $3, attempts = attempts + 1, last_error = null,
           next_attempt_at = now() + interval '25 hours' where tenant_id = $1 and id = $2`,
        [tx.tenantId, input.rawEventId, saga.workflowId],
      );
    return {
      projectId: channel.state.projectId,
      channelTypeId: channelTypeId(saga.tenantId, channel.state.type),
      isGroup: message.chat.kind === 'group',
      enrichable:
        channel.state.aiProcessing &&
        enrichableTypes.includes(message.type) &&
        message.media?.url !== undefined &&
        message.chat.kind === 'individual',
      needsLookup: message.sender?.lid !== undefined && message.sender.phone === undefined,
      grouping: channel.state.messageGrouping.enabled ? channel.state.messageGrouping : null,
      // A group's own messages have no person they could be filed under.
      ignored: message.sender === undefined ? 'no_person' : null,
    };
  });
}
