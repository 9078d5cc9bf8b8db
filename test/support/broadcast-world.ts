// A tenant with a channel that works, contacts on lists, broadcasts to them, and a gateway that remembers what it was asked to send.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { aggregates } from '../../db/aggregates.ts';
import { countRecipients, type RecipientCounts } from '../../db/broadcast-audience.ts';
import { setPacing } from '../../db/broadcast-pacing.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Broadcast } from '../../domain/broadcast/broadcast.ts';
import { defaultPacing, type PacingPolicy } from '../../domain/outreach/pacing.ts';
import { createWahaClient, type WahaClient } from '../../integrations/waha/client.ts';
import type { WahaCapping } from '../../integrations/waha/session-calls.ts';
import { WahaError } from '../../integrations/waha/waha-error.ts';
import { workflowNames } from '../../workflows/names.ts';
import { randomInnerId } from './messages.ts';

/** Where it all belongs. */
export type Place = { readonly tenantId: string; readonly projectId: string; readonly channelId: string };

/** A recipient as its row has it, with the phone of its contact. */
export type RecipientRow = {
  readonly id: string;
  readonly contactId: string;
  readonly status: keyof RecipientCounts;
  readonly reason: string | null;
  readonly messageId: string | null;
  readonly mayHaveArrived: boolean;
  readonly begunAt: Date | null;
};

/** What the gateway was asked to send. */
export type Sent = { readonly phone: string; readonly text: string; readonly id: string; readonly atMs: number };

/** How the gateway answers a send to a number; default: it sends. */
export type Behaviour = 'rejects' | 'hangs before' | 'hangs after' | 'is away';

/** A gateway in memory: `sent` holds what arrived, once for each id. */
export function createMemoryGateway(now: () => Date) {
  const sent: Sent[] = [];
  const behaviours = new Map<string, Behaviour>();
  let capping: WahaCapping | undefined;
  let calls = 0;
  const phoneOf = (chatId: string): string => chatId.split('@')[0] ?? '';
  const client: WahaClient = {
    ...createWahaClient({ baseUrl: 'http://127.0.0.1:1', apiKey: '', timeoutMs: 1_000 }),
    newMessageId: async () => randomInnerId(),
    checkExists: async (_, phone) => ({ exists: true, chatId: `${phone}@c.us` }),
    getCapping: async () => capping,
    getMessage: async (_session, _chatId, messageId) =>
      sent.some(({ id }) => messageId.endsWith(id)) ? { innerId: messageId, fromMe: true } : undefined,
    async sendText({ chatId, text, id = '' }) {
      calls += 1;
      const phone = phoneOf(chatId);
      const behaviour = behaviours.get(phone);
      if (behaviour === 'rejects') throw new WahaError('rejected', 'sendText: no', 400);
      if (behaviour === 'is away') throw new WahaError('unavailable', 'sendText: away', 503);
      if (behaviour === 'hangs before') throw new WahaError('timeout_unknown', 'sendText: no answer');
      if (!sent.some((one) => one.id === id)) sent.push({ phone, text, id, atMs: now().getTime() });
      if (behaviour === 'hangs after') throw new WahaError('timeout_unknown', 'sendText: no answer');
      return { innerId: id, fromMe: true };
    },
  };
  return {
    client,
    sent,
    behaviours,
    calls: () => calls,
    setCapping: (to: WahaCapping | undefined) => {
      capping = to;
    },
  };
}

/** What can be done with broadcasts of a place. */
export type BroadcastWorld = ReturnType<typeof createBroadcastWorld>;

/** Makes it; the channel has to be made already. */
export function createBroadcastWorld(database: Database, place: Place) {
  const { tenantId, projectId, channelId } = place;
  const cause = { causationId: database.ids.next(), correlationId: database.ids.next() };
  const run = async (aggregate: keyof typeof aggregates, id: string, type: string, data: object = {}): Promise<void> =>
    inTenant(database.pool, tenantId, async (tx) => {
      await execute(database, tx, aggregates[aggregate] as never, id, { type, data } as never, cause, { lock: true });
    });
  const read = <T>(work: Parameters<typeof inTenant<T>>[2]): Promise<T> => inTenant(database.pool, tenantId, work);

  return {
    ...place,
    run,
    read,
    /** The gateway says that the channel works. */
    async activate(): Promise<void> {
      await run('channel', channelId, 'channel.request_activation');
      await run('channel', channelId, 'channel.confirm_working', { webhookUrl: 'http://127.0.0.1:1' });
    },
    setPacing: (policy: Partial<PacingPolicy>) =>
      read((tx) => setPacing(tx, channelId, { ...defaultPacing, jitter: 0, ...policy })),
    /** Contacts on a new list, by their phones; `more` is of all of them. */
    async newList(
      count: number,
      more: object = {},
    ): Promise<{ listId: string; contactIds: string[]; phones: string[] }> {
      const listId = database.ids.next();
      await run('contactList', listId, 'contact_list.create', {
        listId,
        projectId,
        tenantId,
        name: `List ${listId}`,
        isStatic: true,
      });
      const people = Array.from({ length: count }, () => ({
        contactId: database.ids.next(),
        phone: `5511${(randomBytes(5).readUIntBE(0, 5) % 1e9).toString().padStart(9, '9')}`,
      }));
      for (const [index, { contactId, phone }] of people.entries()) {
        const contact = { contactId, projectId, tenantId, name: `Person ${index}`, phone, ...more };
        await run('contact', contactId, 'contact.create', contact);
        const memberId = database.ids.next();
        await run('contactListMember', memberId, 'contact_list_member.add', { memberId, projectId, listId, contactId });
      }
      return { listId, contactIds: people.map(({ contactId }) => contactId), phones: people.map(({ phone }) => phone) };
    },
    /** A draft. */
    async newBroadcast(listId: string, more: object = {}): Promise<string> {
      const broadcastId = database.ids.next();
      const message = { type: 'template', content: 'Hello {{contact.name}}' };
      const about = { broadcastId, ...place, name: 'Hours', listId, message, ratePerMinute: 600, ...more };
      await run('broadcast', broadcastId, 'broadcast.create', about);
      return broadcastId;
    },
    broadcast: (id: string): Promise<Broadcast> =>
      read(async (tx) => (await load(database, tx, aggregates.broadcast, id)).state),
    counts: (id: string): Promise<RecipientCounts> => read((tx) => countRecipients(tx, id)),
    recipients: (id: string): Promise<readonly RecipientRow[]> =>
      read(async (tx) => {
        const { rows } = await tx.query<RecipientRow>(
          `select id, contact_id as "contactId", status, reason, message_id as "messageId", may_have_arrived as "mayHaveArrived", begun_at as "begunAt" from broadcast_recipients
           where tenant_id = $1 and broadcast_id = $2 order by id`,
          [tenantId, id],
        );
        return rows;
      }),
    /** Starts its saga, as the consumer does. */
    startSaga(client: Client, taskQueue: string, broadcastId: string, round: number): Promise<WorkflowHandle> {
      const correlationId = round === 1 ? broadcastId : database.ids.next();
      const workflowId = round === 1 ? `broadcast-${broadcastId}` : `broadcast-${broadcastId}-${round}`;
      const args = [{ tenantId, broadcastId, correlationId }];
      return client.workflow.start(workflowNames.broadcast, { taskQueue, workflowId, args });
    },
    /** How the log tells the broadcast's course. */
    events: (id: string): Promise<readonly { type: string; data: Record<string, unknown> }[]> =>
      read(async (tx) => {
        const { rows } = await tx.query<{ type: string; data: Record<string, unknown> }>(
          'select event_type as type, event_data as data from outbox_events where aggregate_id = $1 order by aggregate_sequence',
          [id],
        );
        return rows;
      }),
    saga: (correlationId: string): Promise<{ state: string; reason: string | null } | undefined> =>
      read(async (tx) => {
        const { rows } = await tx.query<{ state: string; reason: string | null }>(
          'select state, reason from sagas where tenant_id = $1 and correlation_id = $2',
          [tenantId, correlationId],
        );
        return rows[0];
      }),
  };
}

/** Asserts that turns came no faster than one in so many ms, less what a clock is off. */
export function assertPaced(recipients: readonly (readonly RecipientRow[])[], gapMs: number): void {
  const moments = recipients.flat().flatMap(({ begunAt }) => (begunAt ? [begunAt.getTime()] : []));
  moments.sort((one, other) => one - other);
  for (const [index, moment] of moments.entries())
    if (index > 0) assert.ok(moment - (moments[index - 1] ?? 0) >= gapMs - 100, 'faster than it may');
}
