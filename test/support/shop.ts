// A tenant with a project and a channel: the smallest world in which messages arrive. Each is blind for all others.
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import type { MessageGrouping } from '../../domain/channel/commands.ts';
import { inboundCorrelationId, inboundWorkflowId } from '../../intake/message-key.ts';
import type { RawEvent } from '../../intake/raw-events.ts';
import { readGatewayEvent } from '../../intake/read-gateway-event.ts';
import { startInboundSaga } from '../../intake/start-inbound-saga.ts';
import { storeRawEvent } from '../../intake/store-raw-event.ts';
import type { TemporalClient } from '../../platform/temporal.ts';

/** The saga of a stored event: its ids and its workflow. */
export type SagaRun = {
  readonly raw: RawEvent;
  readonly workflowId: string;
  readonly correlationId: string;
  readonly handle: WorkflowHandle;
  /** `completed`, or why not, as the workflow says. */
  readonly result: () => Promise<string>;
};

type StartOptions = { readonly runNumber?: number; readonly workflowTaskTimeout?: Duration };

/** A tenant and what can happen to it. */
export type Shop = {
  readonly tenantId: string;
  readonly projectId: string;
  readonly channelId: string;
  /** Stores a webhook body as intake does. */
  readonly store: (body: object) => Promise<RawEvent>;
  /** The ids of a stored event's saga, started or not. */
  readonly sagaOf: (raw: RawEvent, runNumber?: number) => SagaRun;
  /** `workflowTaskTimeout`: how soon the workflow hears, while its steps run, what came for it meanwhile (at four fifths of it). */
  readonly startSaga: (raw: RawEvent, options?: StartOptions) => Promise<SagaRun>;
  /** Starts the saga of a stored event and waits for its end; gives `completed` or the failure's message. */
  readonly runSaga: (raw: RawEvent, options?: StartOptions) => Promise<string>;
};

type ShopDeps = { readonly database: Database; readonly temporal: TemporalClient; readonly taskQueue: string };

/** How its channel differs from others: `externalId` is its session at the gateway, `default` unless said. */
export type ShopOptions = { readonly messageGrouping?: MessageGrouping; readonly externalId?: string };

/** Opens a shop; `tenantId` must be new. */
export async function openShop(deps: ShopDeps, tenantId: string, options: ShopOptions = {}): Promise<Shop> {
  const { database, temporal, taskQueue } = deps;
  const { projectId, channelId } = await createTenant(database, tenantId, options);
  const sagaOf = (raw: RawEvent, runNumber = raw.runNumber): SagaRun => {
    const key = raw.messageKey ?? '';
    const workflowId = inboundWorkflowId(key, runNumber);
    const handle = temporal.client.workflow.getHandle(workflowId);
    const result = () =>
      handle.result().then(
        () => 'completed',
        (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
      );
    return { raw, workflowId, correlationId: inboundCorrelationId(key, runNumber), handle, result };
  };
  const startSaga = async (raw: RawEvent, options: StartOptions = {}): Promise<SagaRun> => {
    const { runNumber = raw.runNumber, workflowTaskTimeout } = options;
    const start = { tenantId, rawEventId: raw.id, channelId, messageKey: raw.messageKey ?? '', runNumber };
    await startInboundSaga(withTaskTimeout(temporal.client, workflowTaskTimeout), taskQueue, start);
    return sagaOf(raw, runNumber);
  };
  return {
    tenantId,
    projectId,
    channelId,
    store(body) {
      const text = JSON.stringify(body);
      const event = readGatewayEvent(text, database.clock.now());
      return inTenant(database.pool, tenantId, (tx) =>
        storeRawEvent(tx, database.keysOf, { id: database.ids.next(), channelId, body: text, event }),
      );
    },
    sagaOf,
    startSaga,
    runSaga: async (raw, options) => (await startSaga(raw, options)).result(),
  };
}

/** The same client, but that the workflows it starts have this time-out for their tasks. */
function withTaskTimeout(client: Client, workflowTaskTimeout: Duration | undefined): Client {
  if (workflowTaskTimeout === undefined) return client;
  const start: Client['workflow']['start'] = (workflow, options) =>
    client.workflow.start(workflow, { ...options, workflowTaskTimeout });
  return { workflow: { start } } as Client;
}

async function createTenant(database: Database, tenantId: string, options: ShopOptions) {
  const [projectId, channelId] = [database.ids.next(), database.ids.next()];
  await inSystem(database.systemPool, (tx) =>
    tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
  );
  const cause = { causationId: database.ids.next(), correlationId: database.ids.next() };
  await inTenant(database.pool, tenantId, async (tx) => {
    const project = { projectId, userId: database.ids.next(), tenantId, name: 'Shop' };
    await execute(database, tx, aggregates.project, projectId, { type: 'project.create', data: project }, cause);
    const place = { channelId, projectId, tenantId, name: 'WhatsApp', type: 'waha', externalId: 'default' };
    const channel = { ...place, ...options };
    await execute(database, tx, aggregates.channel, channelId, { type: 'channel.create', data: channel }, cause);
  });
  return { projectId, channelId };
}
