// Enrolments through all processes: who enters a sequence is started by the event, gets each message once also when the worker dies meanwhile, and leaves by an
// answer; a campaign sends a broadcast's message to its one contact.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { createHttpBroadcasts } from '../support/http-broadcasts.ts';
import { type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

let product: RunningProduct;
let http: ReturnType<typeof createHttpBroadcasts>;
let people: { readonly listId: string; readonly contactIds: readonly string[] };
const allPhones = Array.from({ length: 13 }, (_, index) => `+55119876530${10 + index}`);
before(async () => {
  product = await startRunningProduct('enrollments');
  http = createHttpBroadcasts(product);
  people = await http.newList(allPhones);
});
after(() => product?.stop());

/** An active sequence with a step for each text, so many minutes after the one before. */
async function newSequence(texts: readonly string[], minutes: number): Promise<string> {
  const { projectId, channelId } = product.demo;
  const about = { projectId, channelId, name: 'Welcome', exitOnReply: true };
  const id = String((await http.call('POST', '/v1/sequences', about))['id']);
  for (const [index, content] of texts.entries()) {
    const delay = { amount: index === 0 ? 0 : minutes, unit: 'minutes' };
    await http.call('POST', `/v1/sequences/${id}/steps`, { delay, message: { type: 'text', content } });
  }
  await http.call('POST', `/v1/sequences/${id}/activate`);
  return id;
}

const enter = async (path: string, contactIds: readonly string[]): Promise<string[]> => {
  const { enrolled } = await http.call('POST', `${path}/enrollments`, { contactIds });
  return (enrolled as unknown as readonly Loose[]).map(({ id }) => String(id));
};
const standing = async (family: 'campaign' | 'sequence', id: string): Promise<string> => {
  const { status, exitReason } = await http.call('GET', `/v1/${family}-enrollments/${id}`);
  return exitReason ? `${status} ${exitReason}` : String(status);
};
const until = (family: 'campaign' | 'sequence', id: string, wanted: string): Promise<boolean> =>
  eventually(async () => (await standing(family, id)) === wanted, { timeoutMs: 40_000 });
/** So many sent, to each of them once. */
const onceEach = (text: string, phones: readonly string[]): Promise<true> =>
  eventually(
    async () => {
      const receivers = await http.receivers(text);
      if (receivers.length < phones.length) return false;
      assert.deepEqual(receivers.toSorted(), phones.map((phone) => phone.slice(1)).toSorted());
      return true;
    },
    { timeoutMs: 40_000 },
  );

test('each gets each message once, also when the worker dies meanwhile', async () => {
  const phones = allPhones.slice(0, 12);
  const texts = ['One of three', 'Two of three', 'Three of three'];
  const ids = await enter(`/v1/sequences/${await newSequence(texts, 0)}`, people.contactIds.slice(0, 12));
  await eventually(async () => (await http.receivers(texts[0] ?? '')).length >= 4, { timeoutMs: 40_000 });
  await product.kill('worker');
  await product.restart('worker');
  for (const id of ids) await until('sequence', id, 'completed');
  for (const text of texts) await onceEach(text, phones);
  await product.settle();
  for (const text of texts) await onceEach(text, phones);
  const saga = await http.call('GET', `/v1/sagas/${ids[0]}`);
  assert.deepEqual([saga['sagaType'], saga['state'], saga['reason']] as unknown[], [
    'Enrollment',
    'completed',
    'completed',
  ]);
});

test('an answer ends it, and a campaign sends the message of its broadcast', async () => {
  const phone = allPhones[12] ?? '';
  const contactIds = people.contactIds.slice(12);
  const [id = ''] = await enter(`/v1/sequences/${await newSequence(['Are you there', 'Still there'], 60)}`, contactIds);
  await onceEach('Are you there', [phone]);
  const from = `${phone.slice(1)}@c.us`;
  const innerId = randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase();
  const timestamp = Math.floor(Date.now() / 1_000) + 1;
  const payload = { id: `false_${from}_${innerId}`, timestamp, from, fromMe: false, body: 'Oi', hasMedia: false };
  await product.callSandbox('POST', 'sandbox/events', {
    session: 'default',
    event: 'message.any',
    payload,
    wait: true,
  });
  await until('sequence', id, 'exited replied');

  const { projectId } = product.demo;
  const broadcastId = await http.newBroadcast(people.listId, 'Spring is here');
  const goal = { goalType: 'reach_contacts', reEntry: false, exitOnReply: false };
  const campaign = await http.call('POST', '/v1/campaigns', { projectId, name: 'Spring', ...goal });
  const path = `/v1/campaigns/${campaign['id']}`;
  await http.call('POST', `${path}/steps`, { step: { stepType: 'broadcast', broadcastId } });
  await http.call('POST', `${path}/activate`);
  const [inside = ''] = await enter(path, contactIds);
  await until('campaign', inside, 'completed');
  await onceEach('Spring is here', [phone]);
});
