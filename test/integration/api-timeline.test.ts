// The timeline: pages and a live stream that resumes without gap or repeat, also past a transaction that commits late.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { addToTimeline } from '../../db/projections/contact-timeline.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import type { Envelope } from '../../domain/kernel/envelope.ts';
import { startTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let contactId: string;
before(async () => {
  api = await startTestApi('api_timeline');
  contactId = String((await api.contact())['id']);
});
after(() => api.close());

/** Adds an entry as the consumer does; the tag is what tests know it by. */
async function add(tx: Tx, tag: string): Promise<void> {
  const event: Envelope<string, Readonly<Record<string, unknown>>> = {
    id: api.database.ids.next(),
    type: 'contact.tag_added',
    version: 1,
    source: 'test',
    time: new Date().toISOString(),
    tenantId: api.tenant.tenantId,
    projectId: api.tenant.projectId,
    aggregateType: 'contact',
    aggregateId: contactId,
    sequence: 1,
    correlationId: randomUUID(),
    causationId: randomUUID(),
    traceparent: null,
    saga: null,
    data: { contactId, tag },
  };
  await addToTimeline(event, tx);
}
const inOwnTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTenant(api.database.pool, api.tenant.tenantId, work);

type Sent = { id: string; event: string; tag: string | undefined };

/** Reads a stream until `enough` of it came, then cuts it off. */
async function follow(enough: (sent: Sent[]) => boolean, lastId?: string, onReady = async () => {}): Promise<Sent[]> {
  const abort = AbortSignal.timeout(10_000);
  const cut = new AbortController();
  const answer = await fetch(`${api.address}/v1/contacts/${contactId}/timeline/stream`, {
    headers: { authorization: `Bearer ${api.tenant.key}`, ...(lastId !== undefined && { 'last-event-id': lastId }) },
    signal: AbortSignal.any([abort, cut.signal]),
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /text\/event-stream/);
  const sent: Sent[] = [];
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    while (!enough(sent)) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      text += value;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(part)?.[1] ?? '';
        if (field('event') === '') continue;
        const data = JSON.parse(field('data')) as { data?: { tag?: string } };
        sent.push({ id: field('id'), event: field('event'), tag: data.data?.tag });
        if (field('event') === 'ready') await onReady();
      }
    }
  } finally {
    cut.abort();
  }
  return sent;
}
const tags = (sent: Sent[]) => sent.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));

describe('timeline', () => {
  test('pages go back in time and hold everything once', async () => {
    for (let index = 0; index < 5; index += 1) await inOwnTenant((tx) => add(tx, `page-${index}`));
    const seen: string[] = [];
    let cursor = '';
    do {
      const { json } = await api.call(
        'GET',
        `/v1/contacts/${contactId}/timeline?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...json.data.map(({ data }) => String((data as unknown as { tag: string }).tag)));
      cursor = (json['nextCursor'] as unknown as string | null) ?? '';
    } while (cursor !== '');
    assert.deepEqual(seen, ['page-4', 'page-3', 'page-2', 'page-1', 'page-0']);
    const other = await api.call('GET', `/v1/contacts/${contactId}/timeline?category=message`);
    assert.deepEqual(other.json.data, []);
    assert.equal((await api.call('GET', `/v1/contacts/${randomUUID()}/timeline`)).status, 404);
  });

  test('the stream sends what is new, and resumes behind the last id', async () => {
    const first = await follow(
      (sent) => tags(sent).length >= 2,
      undefined,
      async () => {
        await inOwnTenant((tx) => add(tx, 'live-1'));
        await inOwnTenant((tx) => add(tx, 'live-2'));
      },
    );
    assert.deepEqual(tags(first), ['live-1', 'live-2']);
    await inOwnTenant((tx) => add(tx, 'while-away'));
    const behindFirst = await follow((sent) => tags(sent).length >= 2, first.find(({ tag }) => tag === 'live-1')?.id);
    assert.deepEqual(tags(behindFirst), ['live-2', 'while-away']);
    const ready = first.find(({ event }) => event === 'ready');
    assert.deepEqual(tags(await follow((sent) => tags(sent).length >= 3, ready?.id)), [
      'live-1',
      'live-2',
      'while-away',
    ]);
  });

  test('an entry that commits late is not passed over', async () => {
    const sent = await follow(
      (seen) => tags(seen).length >= 2,
      undefined,
      async () => {
        let release = (): void => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        let written = (): void => {};
        const isWritten = new Promise<void>((resolve) => {
          written = resolve;
        });
        const slow = inOwnTenant(async (tx) => {
          await add(tx, 'began-first');
          written();
          await held;
        });
        await isWritten;
        await inOwnTenant((tx) => add(tx, 'committed-first'));
        release();
        await slow;
      },
    );
    assert.deepEqual(tags(sent).toSorted(), ['began-first', 'committed-first']);
  });

  test('a Last-Event-ID that is none: 400', async () => {
    const answer = await api.call('GET', `/v1/contacts/${contactId}/timeline/stream`, {
      headers: { 'last-event-id': 'x' },
    });
    assert.equal(answer.status, 400);
    assert.match(JSON.stringify(answer.json), /Last-Event-ID/);
  });
});
