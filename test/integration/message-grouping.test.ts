// A channel that groups messages, through all processes: the group waits for the debounce, at most its cap, and is closed by the workflow that its own
// events start, also when the worker dies meanwhile.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { eventually } from '../support/eventually.ts';
import { listAll, sql } from '../support/rows.ts';
import { type RunningProduct, startRunningProduct } from '../support/running-product.ts';

const debounceMs = 1_500;
const maxWaitMs = 4_000;
const session = 'grouped';
/** What a busy machine may add. */
const slackMs = 5_000;

let product: RunningProduct;
let people = 0;

before(async () => {
  product = await startRunningProduct('grouping');
  const messageGrouping = { enabled: true, debounceMs, maxWaitMs };
  const { projectId } = product.demo;
  const body = { projectId, name: 'Grouped', type: 'waha', externalId: session, messageGrouping };
  const { status, json } = await product.call('POST', '/v1/channels', body);
  assert.equal(status, 201, JSON.stringify(json));
  const gateway = createWahaClient({ baseUrl: product.url('waha'), apiKey: 'sandbox-key', timeoutMs: 5_000 });
  const retries = { policy: 'constant', delaySeconds: 0.25, attempts: 100 } as const;
  const webhook = { url: String(json['webhookUrl']), hmacKey: String(json['webhookSecret']), events: ['*'], retries };
  await gateway.createOrUpdateSession(session, { webhooks: [webhook] });
});
after(() => product?.stop());

const newPerson = (): string => {
  people += 1;
  return `55119876500${String(people).padStart(2, '0')}@c.us`;
};

/** A message of this person; gives its inner id once it is stored. */
async function write(from: string, more: object = { body: 'Oi' }): Promise<string> {
  const innerId = randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase();
  const timestamp = Math.floor(Date.now() / 1000);
  const payload = { id: `false_${from}_${innerId}`, timestamp, from, fromMe: false, hasMedia: false, ...more };
  await product.callSandbox('POST', 'sandbox/events', { session, event: 'message.any', payload, wait: true });
  return innerId;
}

type Group = { id: string; status: string; ids: string[]; waited: number; lasted: number };

/** The groups of this person, with the gateway's ids of their messages, oldest first. */
async function groupsOf(from: string): Promise<Group[]> {
  const phone = from.replace('@c.us', '');
  const contact = (await listAll(product, '/v1/contacts')).find((one) => (one['phone'] as unknown) === phone);
  if (contact === undefined) return [];
  return sql<Group>(
    product,
    `select id, status, (select array_agg(m.channel_message_id order by place) from jsonb_array_elements_text(message_ids) with ordinality as listed (message, place)
       join messages m on m.id::text = listed.message) as ids,
       extract(epoch from completed_at - last_message_at)::float8 * 1000 as waited, extract(epoch from completed_at - created_at)::float8 * 1000 as lasted
     from message_groups where contact_id = '${contact['id']}' order by created_at`,
  );
}

function completed(from: string, count = 1): Promise<Group[]> {
  return eventually(
    async () => {
      const groups = await groupsOf(from);
      assert.deepEqual(
        groups.map(({ status }) => status),
        Array.from({ length: count }, () => 'completed'),
      );
      return groups;
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
}

test('an album is one group, closed a debounce after its last picture', async () => {
  const ana = newPerson();
  const picture = (n: number) => ({
    hasMedia: true,
    media: { url: `https://files.example.com/${n}.jpg`, mimetype: 'image/jpeg' },
    body: null,
  });
  const written: string[] = [];
  for (const n of [1, 2, 3, 4]) written.push(await write(ana, picture(n)));
  const [group] = await completed(ana);
  assert.deepEqual([...(group?.ids ?? [])].sort(), written.sort());
  assert.ok(
    group && group.waited >= debounceMs && group.waited < debounceMs + slackMs,
    `closed after ${group?.waited} ms`,
  );
  const events = await listAll(product, `/v1/outbox/events?aggregateId=${group.id}`);
  const types = events.map(({ type }) => String(type));
  assert.equal(types.filter((type) => type === 'message_group.message_added').length, 4);
  for (const once of ['message_group.created', 'message_group.processing', 'message_group.completed'])
    assert.equal(types.filter((type) => type === once).length, 1, once);
  const done = events.find(({ type }) => (type as unknown) === 'message_group.completed')?.['data'] as unknown as {
    messageCount: number;
  };
  assert.equal(done.messageCount, 4);
});

test('a further message starts the wait anew', async () => {
  const bruno = newPerson();
  await write(bruno);
  await eventually(async () => (await groupsOf(bruno)).length === 1);
  // Time itself is what is tested: most of the debounce passes.
  await delay(debounceMs * 0.6);
  await write(bruno, { body: 'vocês entregam?' });
  const [group] = await completed(bruno);
  assert.equal(group?.ids.length, 2);
  assert.ok(group.waited >= debounceMs, `closed ${group.waited} ms after the last message`);
  assert.ok(group.lasted >= debounceMs * 1.6, `lasted ${group.lasted} ms`);
});

test('somebody who does not stop writing is answered at the cap; what comes then is another group', async () => {
  const carla = newPerson();
  const started = Date.now();
  for (let n = 0; Date.now() - started < maxWaitMs + 2 * debounceMs; n += 1) {
    await write(carla, { body: `e mais ${n}` });
    await delay(400);
  }
  const groups = await eventually(
    async () => {
      const found = await groupsOf(carla);
      return found.length >= 2 && found.every(({ status }) => status === 'completed') && found;
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
  const [first] = groups;
  assert.ok(first && first.waited < debounceMs, `the debounce had not passed: ${first?.waited} ms`);
  assert.ok(first.lasted >= maxWaitMs - 50 && first.lasted < maxWaitMs + slackMs, `lasted ${first.lasted} ms`);
  const all = groups.flatMap(({ ids }) => ids);
  assert.equal(new Set(all).size, all.length, 'no message is in two groups');
});

test('two people who write at once are two groups', async () => {
  const [diego, elisa] = [newPerson(), newPerson()];
  await Promise.all([write(diego), write(elisa), write(diego), write(elisa)]);
  const [[one], [other]] = [await completed(diego), await completed(elisa)];
  assert.notEqual(one?.id, other?.id);
  assert.deepEqual([one?.ids.length, other?.ids.length], [2, 2]);
});

test('a worker that dies while a group waits: the next one closes it, once', async () => {
  const fabio = newPerson();
  const id = await write(fabio);
  const [open] = await eventually(async () => {
    const groups = await groupsOf(fabio);
    return groups[0]?.status === 'pending' && groups;
  });
  await product.kill('worker');
  await product.restart('worker');
  const [group] = await completed(fabio);
  assert.deepEqual([group?.id, group?.ids], [open?.id, [id]]);
  const events = await listAll(product, `/v1/outbox/events?aggregateId=${group?.id}`);
  assert.equal(events.filter(({ type }) => (type as unknown) === 'message_group.completed').length, 1);
});

test('a channel that does not group makes no groups', async () => {
  const from = newPerson();
  const payload = {
    id: `false_${from}_${randomUUID()}`,
    timestamp: 1_790_000_000,
    from,
    fromMe: false,
    body: 'Oi',
    hasMedia: false,
  };
  await product.callSandbox('POST', 'sandbox/events', {
    session: 'default',
    event: 'message.any',
    payload,
    wait: true,
  });
  await product.settle();
  assert.equal((await listAll(product, '/v1/contacts')).filter(({ phone }) => `${phone}@c.us` === from).length, 1);
  assert.deepEqual(await groupsOf(from), []);
});
