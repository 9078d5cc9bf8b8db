// A group as large as groups get, joined on real servers: its members are found together and kept with one write.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { applyGatewayEvent } from '../../activities/gateway-events/apply-gateway-event.ts';
import { loadGatewayEvent } from '../../activities/inbound/gateway-message.ts';
import { inTenant } from '../../db/transaction.ts';
import { gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import { pictureOf } from '../support/world.ts';

let product: Product;
before(async () => {
  product = await openProduct('members');
  await product.startWorker();
});
after(() => product.close());

const size = 1_000;
const phone = (index: number): string => `55119${String(80_000_000 + index)}`;
const everyone = Array.from({ length: size }, (_, index) => index);
let count = 0;

/** Applies a group event as the dispatcher does; how many milliseconds and statements it took. */
async function apply(event: string, payload: object) {
  count += 1;
  const { database, tenantId } = product;
  const group = { id: '120363000000000999@g.us', subject: 'Todos' };
  const raw = await product.store({
    id: `evt_member_${count}`,
    event,
    session: 'default',
    timestamp: 1_781_000_000_000 + count,
    me: { id: '5511900000001@c.us' },
    payload: { group, ...payload },
  });
  let statements = 0;
  const start = performance.now();
  await inTenant(database.pool, tenantId, async (tx) => {
    const query: typeof tx.query = (text, values) => {
      statements += 1;
      return tx.query(text, values);
    };
    const counted = { ...tx, query };
    const stored = await loadGatewayEvent(database, counted, raw.id);
    const { outcome } = await applyGatewayEvent({ database, tx: counted, ...stored, publicUrl: 'http://127.0.0.1:1' });
    assert.equal(outcome, 'processed');
  });
  return { statements, ms: performance.now() - start };
}

async function group() {
  const { chat, contact } = await pictureOf(product.database, product);
  const found = chat.find(({ chatType }) => chatType === 'group');
  assert.ok(found);
  return { contacts: contact, participants: found.participants };
}

test('a thousand members join, rise and leave, each time with one write and in under two seconds', async () => {
  assert.equal(await product.runSaga(await product.store(gatewayMessage({ from: `${phone(7)}@c.us` }))), 'completed');
  const joined = await apply('group.v2.join', {
    participants: everyone.map((index) => ({
      id: `${phone(index)}@c.us`,
      role: index === 0 ? 'superadmin' : 'participant',
    })),
  });
  const { contacts, participants } = await group();
  assert.equal(participants.length, size);
  assert.deepEqual(participants[0], {
    participantId: `${phone(0)}@c.us`,
    participantType: 'unknown',
    role: 'superadmin',
  });
  assert.deepEqual(participants[7], {
    participantId: contacts[0]?.id,
    participantType: 'contact',
    role: 'member',
  });

  const others = everyone.slice(1).map((index) => ({ id: `${phone(index)}@c.us` }));
  const raised = await apply('group.v2.participants', { type: 'promote', participants: others });
  assert.equal((await group()).participants.filter(({ role }) => role === 'admin').length, size - 1);
  const gone = await apply('group.v2.participants', { type: 'leave', participants: others });
  assert.deepEqual(
    (await group()).participants.map(({ role }) => role),
    ['superadmin'],
  );

  for (const { ms, statements } of [joined, raised, gone]) {
    assert.ok(ms < 2_000, `took ${ms} ms`);
    assert.ok(statements < 30, `${statements} statements`);
  }
});
