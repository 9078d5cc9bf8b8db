// A channel whose session at a sandbox has a past, and the saga that imports it, started as the consumer would. Rows are read as they are, ids left out.
import assert from 'node:assert/strict';
import { latestHistoryImport } from '../../db/history-imports.ts';
import { inTenant } from '../../db/transaction.ts';
import { historyImportSaga, type SagaIds } from '../../intake/channel-sagas.ts';
import { importHistorySagaType, importPartId, sagaAttributes, workflowNames } from '../../workflows/names.ts';
import { type ChannelSaga, type ChannelStage, channelStage } from './channel-stage.ts';
import { gatewayMessage } from './messages.ts';
import type { Product } from './product.ts';
import type { ControlledSandbox } from './sandbox-control.ts';
import { logOf, pictureOf } from './world.ts';

/** A past; see ops/sandbox/waha/history.ts. */
export type Past = { readonly chats: number; readonly messagesPerChat: number } & Readonly<Record<string, number>>;

/** The ids of an import's saga. */
export type ImportIds = SagaIds;

/** The channel with its imports. */
export type ImportStage = ChannelStage & {
  readonly product: Product;
  /** Puts a past at the gateway; tells how many messages it shows. */
  readonly putPast: (past: Past) => Promise<{ readonly shown: number; readonly addresses: readonly string[] }>;
  /** Asks for an import; gives its saga's ids. */
  readonly request: (asked?: object) => Promise<ImportIds>;
  readonly startImport: () => Promise<ChannelSaga>;
  readonly partOf: (
    saga: ChannelSaga,
    part?: 'chats' | 'messages',
  ) => ReturnType<Product['temporal']['client']['workflow']['getHandle']>;
  readonly row: () => ReturnType<typeof latestHistoryImport>;
  readonly setRow: (set: string) => Promise<void>;
  /** Has a message come in live, and waits until it is stored. */
  readonly live: (address: string, second: number, innerId?: string) => Promise<void>;
  /** What all messages say, in the order of their conversations. */
  readonly texts: () => Promise<readonly string[]>;
  /** The types of all events of the tenant, in the log's order. */
  readonly eventTypes: () => Promise<readonly string[]>;
  readonly world: () => Promise<ImportedWorld>;
};

/** What there is, but for ids and moments of storing. */
export type ImportedWorld = {
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
  readonly chats: number;
  readonly contacts: number;
  readonly left: number;
};

/** Sets one up: connected, with imports enabled. */
export async function importStage(product: Product, sandbox: ControlledSandbox): Promise<ImportStage> {
  const stage = await channelStage(product);
  const { tenantId, channelId } = stage.shop;
  const made = await sandbox.call('POST', 'api/sessions', { name: stage.session, start: true, config: {} });
  assert.equal(made.status, 201);
  await stage.ask('channel.confirm_working', { webhookUrl: 'http://127.0.0.1:1' });
  await stage.ask('channel.enable_history_import');
  const read = <T>(work: Parameters<typeof inTenant<T>>[2]): Promise<T> =>
    inTenant(product.database.pool, tenantId, work);
  const saga = async () => {
    const { requestedAt } = (await stage.channel()).historyImport;
    assert.ok(requestedAt !== null, 'nobody asked for an import');
    return { ...historyImportSaga(channelId, requestedAt), requestedAt };
  };
  return {
    ...stage,
    product,
    async putPast(past) {
      const { status, json } = await sandbox.call('PUT', `sandbox/sessions/${stage.session}/history`, past);
      assert.equal(status, 200, JSON.stringify(json));
      return json as { shown: number; addresses: string[] };
    },
    async request(asked = {}) {
      await stage.ask('channel.request_history_import', { strategy: 'all', requestsPerMinute: 60_000, ...asked });
      return saga();
    },
    async startImport() {
      const { requestedAt, ...ids } = await saga();
      const handle = await product.temporal.client.workflow.start(workflowNames.importHistory, {
        ...{ taskQueue: product.stack.taskQueue, workflowId: ids.workflowId, workflowTaskTimeout: '5s' },
        args: [{ tenantId, channelId, requestedAt, correlationId: ids.correlationId }],
        typedSearchAttributes: sagaAttributes({ sagaType: importHistorySagaType, tenantId, ...ids }),
      });
      const result = () =>
        handle.result().then(
          () => 'completed',
          (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
        );
      return { ...ids, handle, result };
    },
    partOf: (of, part = 'messages') => product.temporal.client.workflow.getHandle(importPartId(of, part)),
    row: () => read((tx) => latestHistoryImport(tx, channelId)),
    setRow: (set) =>
      read(
        async (tx) =>
          void (await tx.query(`update history_imports set ${set} where tenant_id = $1 and ended_at is null`, [
            tenantId,
          ])),
      ),
    async live(address, at, innerId) {
      const raw = await stage.shop.store(gatewayMessage({ from: address, at, ...(innerId && { innerId }) }));
      assert.equal(await stage.shop.runSaga(raw), 'completed');
    },
    texts: async () => {
      const { message } = await pictureOf(product.database, stage.shop);
      const order = ({ arrival }: { arrival: number | null }) => arrival ?? Number.MAX_SAFE_INTEGER;
      const sorted = message.toSorted((one, other) => order(one) - order(other) || (one.id < other.id ? -1 : 1));
      return sorted.map(({ body }) => body ?? '');
    },
    eventTypes: async () => (await logOf(product.database, stage.shop)).map(({ type }) => type),
    world: () =>
      read(async (tx) => {
        const list = async (query: string) => (await tx.query<Record<string, unknown>>(query, [tenantId])).rows;
        const count = async (query: string) => Number((await list(query))[0]?.['count']);
        return {
          messages: await list(
            `select message.channel_message_id, message.from_me, message.status, message.source, message.sent_at, message.message_type,
               row_number() over (partition by message.chat_id order by message.arrival, message.id) as place,
               session.first_message_at as session_from, session.last_message_at as session_to
             from messages message left join sessions session on session.tenant_id = $1 and session.id = message.session_id
             where message.tenant_id = $1 and message.discarded_at is null order by message.channel_message_id`,
          ),
          sessions: await list(
            `select status, end_reason, message_count, contact_message_count, own_message_count, first_message_at, last_message_at, started_at,
               case when status = 'active' then null else ended_at end as ended_at from sessions
             where tenant_id = $1 and end_reason is distinct from 'saga_compensated'
             order by first_message_at, last_message_at, message_count, own_message_count`,
          ),
          chats: await count("select count(*) from chats where tenant_id = $1 and status <> 'closed'"),
          contacts: await count('select count(*) from contacts where tenant_id = $1 and deleted_at is null'),
          left: await count(
            'select (select count(*) from history_import_items where tenant_id = $1) + (select count(*) from history_import_chats where tenant_id = $1) as count',
          ),
        };
      }),
  };
}
