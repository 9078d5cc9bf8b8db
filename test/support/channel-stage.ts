// A channel and its session at a sandbox of the test's own: asked for by commands, its sagas started as the consumer would.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { aggregates } from '../../db/aggregates.ts';
import { type Pairing, readPairing } from '../../db/channel-pairings.ts';
import { execute, load } from '../../db/execute.ts';
import { findSaga, listSagaSteps } from '../../db/queries/sagas.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import type { channelCommands } from '../../domain/channel/commands.ts';
import { activationSaga, disconnectionSaga, type SagaIds } from '../../intake/channel-sagas.ts';
import {
  activateChannelSagaType,
  disconnectChannelSagaType,
  sagaAttributes,
  workflowNames,
} from '../../workflows/names.ts';
import type { Product } from './product.ts';
import type { Shop } from './shop.ts';
import { logOf } from './world.ts';

/** A saga that runs. `result`: `completed`, or why not. */
export type ChannelSaga = SagaIds & { readonly handle: WorkflowHandle; readonly result: () => Promise<string> };

/** What a saga has left in the tables. */
export type ChannelTraces = {
  readonly state: string;
  readonly reason: string | null;
  readonly steps: readonly string[];
};

type Started = SagaIds & { readonly workflow: string; readonly sagaType: string; readonly input: object };

/** One channel of a tenant of its own. */
export type ChannelStage = {
  readonly shop: Shop;
  readonly session: string;
  /** Runs a command on the channel; gives the ids of its events. */
  readonly ask: (type: keyof typeof channelCommands, data?: object) => Promise<readonly string[]>;
  readonly channel: () => Promise<Channel>;
  readonly pairing: () => Promise<Pairing | undefined>;
  /** The types of the channel's events beside its creation. */
  readonly told: () => Promise<readonly string[]>;
  /** The ids of the activation that was asked for last. */
  readonly activation: () => Promise<SagaIds & { readonly requestedAt: string }>;
  readonly startActivation: () => Promise<ChannelSaga>;
  readonly startDisconnection: (eventId: string) => Promise<ChannelSaga>;
  readonly traces: (ids: SagaIds) => Promise<ChannelTraces>;
};

/** Sets one up. */
export async function channelStage(product: Product): Promise<ChannelStage> {
  const session = `shop-${randomBytes(6).toString('hex')}`;
  const shop = await product.openShop({ externalId: session });
  const { database, temporal } = product;
  const { tenantId, channelId } = shop;
  const read = <T>(work: Parameters<typeof inTenant<T>>[2]): Promise<T> => inTenant(database.pool, tenantId, work);
  const channel = async () => (await read((tx) => load(database, tx, aggregates.channel, channelId))).state;

  async function start({ workflow, workflowId, correlationId, sagaType, input }: Started): Promise<ChannelSaga> {
    const handle = await temporal.client.workflow.start(workflow, {
      taskQueue: product.stack.taskQueue,
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowTaskTimeout: '5s',
      args: [input],
      typedSearchAttributes: sagaAttributes({ sagaType, tenantId, correlationId }),
    });
    const result = () =>
      handle.result().then(
        () => 'completed',
        (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
      );
    return { workflowId, correlationId, handle, result };
  }

  const activation = async () => {
    const { activationRequestedAt: requestedAt } = await channel();
    assert.ok(requestedAt !== null, 'nobody asked for an activation');
    return { ...activationSaga(channelId, requestedAt), requestedAt };
  };
  return {
    shop,
    session,
    ask: (type, data = {}) =>
      read(async (tx) => {
        const cause = { causationId: database.ids.next(), correlationId: database.ids.next() };
        return (await execute(database, tx, aggregates.channel, channelId, { type, data }, cause)).eventIds;
      }),
    channel,
    pairing: () => read((tx) => readPairing(tx, database.keysOf, channelId)),
    told: async () => {
      const log = await logOf(database, shop);
      return log.flatMap(({ type }) => (type.startsWith('channel.') && type !== 'channel.created' ? [type] : []));
    },
    activation,
    async startActivation() {
      const { requestedAt, ...ids } = await activation();
      const input = { tenantId, channelId, requestedAt, correlationId: ids.correlationId };
      return start({ ...ids, workflow: workflowNames.activateChannel, sagaType: activateChannelSagaType, input });
    },
    startDisconnection(eventId) {
      const ids = disconnectionSaga(eventId);
      const input = { tenantId, channelId, correlationId: ids.correlationId };
      return start({ ...ids, workflow: workflowNames.disconnectChannel, sagaType: disconnectChannelSagaType, input });
    },
    traces: ({ correlationId }) =>
      read(async (tx) => {
        const saga = await findSaga(tx, correlationId);
        assert.ok(saga, 'the saga left no trace');
        const steps = await listSagaSteps(tx, correlationId);
        const { state, reason } = saga;
        return { state, reason, steps: steps.map((step) => `${step.step} ${step.state}`) };
      }),
  };
}
