// Messages with fields beyond all limits, through the whole saga: stored with what is sound of them, never compensated.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { advert, gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import { pictureOf } from '../support/world.ts';

let product: Product;
before(async () => {
  product = await openProduct('odd_fields');
  await product.startWorker();
});
after(() => product.close());

test('a huge file name, type, contact card and advert field cost no message', async () => {
  const media = { url: 'https://files.example.com/1', mimetype: 'x'.repeat(300), filename: 'f'.repeat(5_000) };
  const externalAdReply = { ...advert.externalAdReply, sourceURL: `https://example.com/${'u'.repeat(5_000)}` };
  const vCards = [`BEGIN:VCARD\n${'v'.repeat(70 * 1_024)}`, 'BEGIN:VCARD\nFN:Bento\nEND:VCARD'];
  const body = gatewayMessage({
    body: `a${'👍'.repeat(40_000)}`,
    payload: { hasMedia: true, media, vCards, location: { latitude: 91, longitude: 0 } },
    info: { PushName: `Ana\u0000\ud83d ${'A'.repeat(300)}` },
    message: { imageMessage: { contextInfo: { ...advert, externalAdReply, conversionData: 'c'.repeat(5_000) } } },
  });
  assert.equal(await product.runSaga(await product.store(body)), 'completed');
  const world = await pictureOf(product.database, product);
  const said = world.message[0];
  assert.deepEqual(said?.media, {
    url: 'https://files.example.com/1',
    mimetype: 'application/octet-stream',
    filename: 'f'.repeat(1_000),
  });
  assert.deepEqual(said.vcards, vCards.slice(1));
  assert.equal(said.body, `a${'👍'.repeat(32_767)}`);
  assert.equal(said.location, null);
  assert.match(world.contact[0]?.name ?? '', /^Ana\ufffd A{195}$/);
  assert.deepEqual([world.session[0]?.messageCount, world.tracking[0]?.platform], [1, 'facebook']);
});
