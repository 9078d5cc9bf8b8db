// What a consumer is given of an event's versions: the current one, the one its row pins, and nothing that can't be told or is not known yet.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tx } from '../../db/transaction.ts';
import { delivery } from '../../test/support/deliver.ts';
import { testRow } from '../../test/support/events.ts';
import type { DeliveredEvent } from './consumer.ts';
import { inItsVersions } from './in-its-versions.ts';

const first = {
  messageId: '018f5a10-0000-7000-8000-000000000004',
  contactId: '018f5a10-0000-7000-8000-000000000001',
  fromMe: false,
  createdAt: '2026-01-31T12:00:00.000Z',
};
const second = { ...first, messageType: 'text', channelId: '018f5a10-0000-7000-8000-000000000002' };
const { signal } = new AbortController();

/** What the handler of a consumer with these pins gets of events, one by one and as a batch. */
async function given(events: readonly DeliveredEvent[], versions?: Record<string, number>): Promise<DeliveredEvent[]> {
  const got: DeliveredEvent[] = [];
  const consumer = inItsVersions({
    ...testRow('versions', { types: ['message.#'] }),
    ...(versions && { versions }),
    handle: async (event) => void got.push(event),
    handleAll: async (all) => void got.push(...all),
  });
  for (const event of events) await consumer.handle(event, {} as Tx, signal);
  await consumer.handleAll?.(events, {} as Tx, signal);
  return got;
}
const created = (version: number, data: Record<string, unknown>): DeliveredEvent => ({
  ...delivery(first.messageId, 1, { type: 'message.created', data }).event,
  version,
});

describe('a consumer', () => {
  it('reads older events as current ones, one by one and in batches', async () => {
    for (const event of await given([created(1, first)]))
      assert.deepEqual([event.version, event.data], [2, { ...first, messageType: null, channelId: null }]);
    for (const event of await given([created(2, second)])) assert.deepEqual([event.version, event.data], [2, second]);
  });

  it('that is pinned reads them in that version', async () => {
    for (const event of await given([created(2, second), created(1, first)], { 'message.created': 1 }))
      assert.deepEqual([event.version, event.data], [1, first]);
  });

  it('can not be pinned to what current events can not be told in, nor to what there is not', async () => {
    await assert.rejects(given([], { 'session.ended': 1 }), /can't read session\.ended as v1: it no longer carries/);
    await assert.rejects(given([], { 'message.unknown': 1 }), /there is no such event/);
    await assert.rejects(given([], { 'message.created': 3 }), /has no version 3/);
  });

  it('waits for a version that this process does not know', async () => {
    await assert.rejects(given([created(3, second)]), { code: 'unavailable' });
  });
});
