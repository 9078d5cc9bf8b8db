// Sending through all processes, at a gateway that behaves, fails, hangs or loses the echo, and with a worker that dies: sent once, or told why not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadConfig } from '../../platform/config.ts';
import { connectTemporal } from '../../platform/temporal.ts';
import { searchAttributes } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { listAll, sql } from '../support/rows.ts';
import { type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

type Sent = { id: string; messageId: string; repeated: boolean; outcome: string; chatId: string; text: string };
/** A message that is on its way while other tests run: its ends take long, as time-outs do. */
type Slow = { messageId: string; text: string };

let product: RunningProduct;
let killed: Slow;
let neverArrived: Slow;
let count = 0;

/** What the gateway was asked to send with this text. */
async function requests(text: string): Promise<Sent[]> {
  const { data } = await product.callSandbox('GET', 'sandbox/sent');
  const all = data.map(({ body, messageId, repeated, outcome }) => ({
    ...(body as unknown as { id: string; chatId: string; text: string }),
    ...({ messageId, repeated, outcome } as unknown as Pick<Sent, 'messageId' | 'repeated' | 'outcome'>),
  }));
  return all.filter((sent) => sent.text === text);
}

/** How many messages of this text the gateway has. */
async function arrived(text: string): Promise<number> {
  const all = (await product.callSandbox(
    'GET',
    'api/default/chats/all/messages?limit=1000',
  )) as unknown as readonly Loose[];
  return all.filter(({ body }) => (body as unknown) === text).length;
}

const misbehave = (how: object): Promise<Loose> => product.callSandbox('PUT', 'sandbox/misbehaviour', how);
const message = async (id: string): Promise<Loose> => (await product.call('GET', `/v1/messages/${id}`)).json;

async function newContact(phone?: string): Promise<string> {
  count += 1;
  const { projectId } = product.demo;
  const body = { projectId, name: `Receiver ${count}`, phone: phone ?? `55119870000${String(count).padStart(2, '0')}` };
  const { status, json } = await product.call('POST', '/v1/contacts', body);
  assert.equal(status, 201, JSON.stringify(json));
  return String(json['id']);
}

async function send(to: object, content: object): Promise<string> {
  const { status, json } = await product.call('POST', '/v1/messages', {
    channelId: product.demo.channelId,
    ...to,
    ...content,
  });
  assert.equal(status, 202, JSON.stringify(json));
  return String(json['id']);
}

async function reaches(messageId: string, states: readonly string[], timeoutMs = 30_000): Promise<Loose> {
  return eventually(
    async () => {
      const found = await message(messageId);
      assert.ok(states.includes(String(found['status'])), `the message is ${found['status']}`);
      const saga = (await product.call('GET', `/v1/sagas/${messageId}`)).json;
      assert.ok(['completed', 'failed'].includes(String(saga['state'])), `the saga is ${saga['state']}`);
      return found;
    },
    { timeoutMs, everyMs: 100 },
  );
}
const out = ['sent', 'delivered', 'read'];
const sagaState = async (id: string): Promise<unknown> => (await product.call('GET', `/v1/sagas/${id}`)).json['state'];

before(async () => {
  product = await startRunningProduct('send-message', { environment: { WAHA_TIMEOUT_MS: '2500' } });
  await product.settle();
  // The call of a dead worker is given up by the server after 30 s, and looked for after 5 more.
  await misbehave({ slowMs: 1_200 });
  const text = 'sent while the worker died';
  killed = { text, messageId: await send({ contactId: await newContact() }, { text }) };
  await eventually(async () => (await requests(text)).length === 1);
  await product.kill('worker');
  await misbehave({ slowMs: 0 });
  await product.restart('worker');
  // One that hung before anything was sent is looked for three times in 50 s, then sent again.
  const lost = 'hung before it was sent';
  await misbehave({ hangBeforeSend: 1 });
  neverArrived = { text: lost, messageId: await send({ contactId: await newContact() }, { text: lost }) };
  await eventually(async () => (await requests(lost)).length === 1);
});
after(() => product?.stop());

test('a message goes out once, under the id that was stored before the gateway was asked', async () => {
  await misbehave({ slowMs: 1_500 });
  const text = 'an ordinary message';
  const messageId = await send({ contactId: await newContact() }, { text });
  const [request] = await eventually(async () => {
    const found = await requests(text);
    return found.length > 0 && found;
  });
  const [stored] = await sql<{ id: string }>(
    product,
    `select channel_message_id as id from message_sends where message_id = '${messageId}'`,
  );
  assert.equal((await message(messageId))['status'] as unknown, 'queued');
  assert.equal(request?.outcome, 'hung', 'the gateway is still at it');
  assert.equal(stored?.id, request?.id);
  await misbehave({ slowMs: 0 });
  const done = await reaches(messageId, ['read']);
  assert.equal(done['channelMessageId'] as unknown, stored?.id);
  assert.equal(await sagaState(messageId), 'completed');
  assert.deepEqual([(await requests(text)).length, await arrived(text)], [1, 1]);
  await eventually(async () => {
    const [row] = await sql<{ status: string }>(
      product,
      `select status from message_deliveries where message_id = '${messageId}'`,
    );
    return row?.status === 'read';
  });
});

test('a gateway that fails twice is asked again: one message', async () => {
  const text = 'third time lucky';
  await misbehave({ failSends: 2 });
  const messageId = await send({ contactId: await newContact() }, { text });
  await reaches(messageId, out);
  const asked = await requests(text);
  assert.deepEqual(
    asked.map(({ outcome }) => outcome),
    ['failed', 'failed', 'answered'],
  );
  assert.equal(new Set(asked.map(({ id }) => id)).size, 1);
  assert.equal(await arrived(text), 1);
});

test('an answer that never comes is settled by the echo, and nothing is sent twice', async () => {
  const text = 'hung after it was sent';
  await misbehave({ hangAfterSend: 1 });
  const messageId = await send({ contactId: await newContact() }, { text });
  await reaches(messageId, out);
  assert.equal(await sagaState(messageId), 'completed');
  assert.deepEqual(
    (await requests(text)).map(({ outcome }) => outcome),
    ['hung'],
  );
  assert.equal(await arrived(text), 1);
});

test('an answer and an echo that never come are settled by asking for the id, and nothing is sent twice', async () => {
  const text = 'hung, and the echo was lost';
  await misbehave({ hangAfterSend: 1, noAcks: true, loseWebhooks: 1 });
  const messageId = await send({ contactId: await newContact() }, { text });
  const done = await reaches(messageId, ['sent']);
  await misbehave({ noAcks: false });
  assert.ok(done['sentAt']);
  assert.equal(await sagaState(messageId), 'completed');
  assert.deepEqual(
    (await requests(text)).map(({ outcome }) => outcome),
    ['hung'],
  );
  assert.equal(await arrived(text), 1);
});

test('a number that the gateway does not know fails the message with the reason', async () => {
  const text = 'to nobody';
  const phone = '5511900000404';
  await product.callSandbox('PUT', 'sandbox/numbers', { phone, chatId: null });
  const messageId = await send({ contactId: await newContact(phone) }, { text });
  const failed = await reaches(messageId, ['failed']);
  assert.match(String(failed['failureReason']), /number_not_at_gateway/);
  assert.equal(await sagaState(messageId), 'failed');
  assert.equal((await requests(text)).length, 0);
});

test('a number goes to the address that the gateway has for it, its ninth digit missing', async () => {
  const text = 'to the short address';
  const phone = '5521987650005';
  await product.callSandbox('PUT', 'sandbox/numbers', { phone, chatId: '552187650005@c.us' });
  await reaches(await send({ contactId: await newContact(phone) }, { text }), out);
  assert.deepEqual(
    (await requests(text)).map(({ chatId }) => chatId),
    ['552187650005@c.us'],
  );
});

test('an answer to somebody who wrote goes to the address they wrote from, in their session', async () => {
  const from = '188000000000123@lid';
  const id = `false_${from}_${`A1${Date.now()}`.padEnd(20, '0')}`;
  const payload = { id, timestamp: 1_790_000_000, from, fromMe: false, body: 'Oi', hasMedia: false };
  await product.callSandbox('POST', 'sandbox/events', {
    session: 'default',
    event: 'message.any',
    payload,
    wait: true,
  });
  const chat = await eventually(async () =>
    (await listAll(product, '/v1/chats')).find(({ externalId }) => (externalId as unknown) === from),
  );
  const text = 'Oi! Em que posso ajudar?';
  const done = await reaches(await send({ chatId: chat['id'] }, { text }), out);
  assert.deepEqual(
    (await requests(text)).map(({ chatId }) => chatId),
    [from],
  );
  assert.ok(done['sessionId']);
  assert.equal(done['chatId'], chat['id']);
});

test('a reply names the message it answers as the gateway does: whose, in which chat, and in a group by whom', async () => {
  const stamp = Date.now();
  const [from, group, writer] = ['5511980000777@c.us', '120363000000000777@g.us', '5511980000778@c.us'];
  const told = async (payload: { id: string; from: string; participant?: string }): Promise<Loose> => {
    const message = { timestamp: 1_790_000_000, fromMe: false, body: 'Tem broa?', hasMedia: false, ...payload };
    await product.callSandbox('POST', 'sandbox/events', {
      session: 'default',
      event: 'message.any',
      payload: message,
      wait: true,
    });
    const innerId = payload.id.split('_')[2];
    return eventually(async () =>
      (await listAll(product, '/v1/messages')).find(
        ({ channelMessageId }) => (channelMessageId as unknown) === innerId,
      ),
    );
  };
  const quotedIn = async (text: string): Promise<unknown> => {
    const [request] = (await requests(text)) as unknown as { reply_to: unknown }[];
    return request?.reply_to;
  };

  const id = `false_${from}_A7${stamp}`;
  const question = await told({ id, from });
  const answer = await reaches(
    await send({ chatId: question['chatId'] }, { text: 'Tem sim!', replyTo: question['id'] }),
    out,
  );
  assert.equal(await quotedIn('Tem sim!'), id);
  // One of our own.
  const more = await send({ chatId: question['chatId'] }, { text: 'Quentinha.', replyTo: answer['id'] });
  await reaches(more, out);
  assert.equal(await quotedIn('Quentinha.'), `true_${from}_${answer['channelMessageId']}`);
  // Privately, to what somebody wrote in a group.
  const inGroup = `false_${group}_B7${stamp}_${writer}`;
  const asked = await told({ id: inGroup, from: group, participant: writer });
  await reaches(await send({ contactId: asked['contactId'] }, { text: 'Respondo aqui.', replyTo: asked['id'] }), out);
  assert.equal(await quotedIn('Respondo aqui.'), inGroup);
});

test('the saga is found in Temporal by its type, tenant and correlation id', async () => {
  const messageId = await send({ contactId: await newContact() }, { text: 'to be found' });
  await reaches(messageId, out);
  const temporal = await connectTemporal(loadConfig(product.environment));
  try {
    const { typedSearchAttributes: found } = await temporal.client.workflow
      .getHandle(`send-message-${messageId}`)
      .describe();
    const { sagaType, tenantId, correlationId } = searchAttributes;
    assert.deepEqual(
      [sagaType, tenantId, correlationId].map((key) => found.get(key)),
      ['SendMessage', product.demo.tenantId, messageId],
    );
  } finally {
    await temporal.close();
  }
});

test('a file is sent with its text as caption', async () => {
  const media = { url: 'https://files.example.com/cake.jpg', mimetype: 'image/jpeg', filename: 'cake.jpg' };
  const messageId = await send({ contactId: await newContact() }, { text: 'o bolo', media });
  await reaches(messageId, out);
  const { data } = await product.callSandbox('GET', 'sandbox/sent');
  const sent = data.find(({ call }) => (call as unknown) === 'sendImage')?.['body'] as unknown as Record<
    string,
    unknown
  >;
  assert.equal(sent?.['caption'], 'o bolo');
  assert.deepEqual(sent?.['file'], media);
});

test('a worker that died during the call: looked for, found, not sent again', async () => {
  await reaches(killed.messageId, out, 60_000);
  assert.equal(await sagaState(killed.messageId), 'completed');
  assert.deepEqual([(await requests(killed.text)).length, await arrived(killed.text)], [1, 1]);
});

test('a send that hung and never arrived is sent again under the same id', async () => {
  await reaches(neverArrived.messageId, out, 90_000);
  const asked = await requests(neverArrived.text);
  assert.deepEqual(
    asked.map(({ outcome }) => outcome),
    ['hung', 'answered'],
  );
  assert.equal(new Set(asked.map(({ id }) => id)).size, 1);
  assert.equal(await arrived(neverArrived.text), 1);
});
