// Sessions through all processes: their own events start their workflows, which end them after the policy's time, also when the worker dies meanwhile; the rows,
// the broker and the API say so. The policy's own rules over HTTP.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Tapped, tapBroker } from '../support/broker-tap.ts';
import { eventually } from '../support/eventually.ts';
import { listAll } from '../support/rows.ts';
import { type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

let product: RunningProduct;
let tap: { seen: Tapped[]; close: () => Promise<void> };
let policyId: string;
let agentId: string;
const inactivitySeconds = 4;

before(async () => {
  product = await startRunningProduct('sessions');
  tap = await tapBroker(product.stack.config, { pattern: '#' });
  const { projectId, channelId } = product.demo;
  const agent = { projectId, name: 'Rita', email: 'rita@example.com', type: 'human', role: 'agent' };
  agentId = String((await done('POST', '/v1/agents', agent))['id']);
  const policy = { projectId, channelId, inactivitySeconds, autoAssign: true };
  policyId = String((await done('POST', '/v1/session-policies', policy))['id']);
});
after(async () => {
  await tap?.close();
  await product?.stop();
});

async function done(method: string, path: string, body?: object): Promise<Loose> {
  const { status, json } = await product.call(method, path, body);
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json;
}

/** A message of this person; gives the session in which it was counted. */
async function write(from: string): Promise<string> {
  const innerId = randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase();
  const timestamp = Math.floor(Date.now() / 1000);
  const payload = { id: `false_${from}_${innerId}`, timestamp, from, fromMe: false, body: 'Oi', hasMedia: false };
  await product.callSandbox('POST', 'sandbox/events', {
    session: 'default',
    event: 'message.any',
    payload,
    wait: true,
  });
  return eventually(async () => {
    const message = (await listAll(product, '/v1/messages')).find(
      ({ channelMessageId }) => `${channelMessageId}` === innerId,
    );
    return message?.['sessionId'] && String(message['sessionId']);
  });
}

const ended = (sessionId: string): Promise<Loose> =>
  eventually(
    async () => {
      const session = await done('GET', `/v1/sessions/${sessionId}`);
      return session['status'] !== ('active' as unknown) && session;
    },
    { timeoutMs: 30_000 },
  );

/** The types that reached the broker, of the session and of agents' parts in it. */
const toldOf = (sessionId: string): string[] =>
  tap.seen
    .filter(
      ({ aggregate_id, body }) =>
        aggregate_id === sessionId || (JSON.parse(body) as { sessionId?: string } | null)?.sessionId === sessionId,
    )
    .map(({ type }) => type)
    .filter((type) => /^(session|agent_session)\./.test(type));

test('a session is given to an agent, ends by itself and is told; the next message begins another', async () => {
  const from = '5511987652001@c.us';
  const sessionId = await write(from);
  const session = await ended(sessionId);
  assert.deepEqual([session['status'], session['endReason'], session['agentId']] as unknown[], [
    'expired',
    'inactivity_timeout',
    agentId,
  ]);
  const lastedMs = Date.parse(String(session['endedAt'])) - Date.parse(String(session['startedAt']));
  assert.ok(lastedMs >= inactivitySeconds * 1_000, `ended after ${lastedMs} ms`);
  await eventually(() => toldOf(sessionId).includes('agent_session.left'));
  assert.deepEqual(toldOf(sessionId).sort(), [
    'agent_session.joined',
    'agent_session.left',
    'session.agent_assigned',
    'session.ended',
    'session.message_recorded',
    'session.started',
  ]);
  const saga = await done('GET', `/v1/sagas/${sessionId}`);
  assert.deepEqual([saga['sagaType'], saga['state'], saga['reason']] as unknown[], [
    'SessionLifecycle',
    'completed',
    'inactivity_timeout',
  ]);
  const steps = saga['events'] as unknown as readonly Loose[];
  assert.deepEqual([...new Set(steps.map(({ sagaStep }) => String(sagaStep)))].sort(), [
    'agents',
    'assign',
    'close',
    'end',
  ]);
  assert.notEqual(await write(from), sessionId);
});

test('a person ends one, the worker dies while another waits: each has ended once', async () => {
  const [byHand, byTime] = [await write('5511987652002@c.us'), await write('5511987652003@c.us')];
  await done('POST', `/v1/sessions/${byHand}/close`, { reason: 'manual_close' });
  await product.kill('worker');
  await product.restart('worker');
  assert.equal((await ended(byTime))['endReason'] as unknown, 'inactivity_timeout');
  assert.equal((await ended(byHand))['endReason'] as unknown, 'manual_close');
  await eventually(async () => (await product.call('GET', `/v1/sagas/${byHand}`)).status === 200, {
    timeoutMs: 20_000,
  });
  await product.settle();
  for (const sessionId of [byHand, byTime])
    assert.equal(toldOf(sessionId).filter((type) => type === 'session.ended').length, 1);
});

test('a place has one policy, of its own channels, and nobody is abandoned after the end', async () => {
  const { projectId, channelId } = product.demo;
  const refused = async (rule: string, body: object) => {
    const { status, json } = await product.call('POST', '/v1/session-policies', { projectId, ...body });
    assert.deepEqual([status, json['rule'] as unknown], [422, rule]);
  };
  await refused('session_policy_taken', { channelId });
  await refused('reference_not_found', { channelId: randomUUID() });
  await refused('abandoned_after_end', { inactivitySeconds: 60, abandonSeconds: 60 });
  const changed = await done('PATCH', `/v1/session-policies/${policyId}`, {
    inactivitySeconds: 900,
    escalateSeconds: 60,
  });
  assert.deepEqual([changed['inactivitySeconds'], changed['autoAssign'], changed['sequence']] as unknown[], [
    900,
    true,
    2,
  ]);
  assert.deepEqual(
    (await listAll(product, `/v1/session-policies?channelId=${channelId}`)).map(({ id }) => String(id)),
    [policyId],
  );
  await done('DELETE', `/v1/session-policies/${policyId}`);
  assert.equal((await product.call('GET', `/v1/session-policies/${policyId}`)).status, 404);
});
