// Of three messages two are taken back, in every order: session and contact have the times of the one that stays, in the row as in the log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { inTenant } from '../../db/transaction.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { foldStored } from '../support/arbitrary-command.ts';
import { gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { Shop } from '../support/shop.ts';
import { takeMessage, type UndoStep } from '../support/take-message.ts';
import { pictureOf } from '../support/world.ts';

let product: Product;
before(async () => {
  product = await openProduct('undo_times');
});
after(() => product.close());

const start = 1_781_000_000;
const timeOf = (message: number): string => new Date((start + message * 60) * 1_000).toISOString();

/** Takes one message up to its records; gives its undo. */
const take = async (shop: Shop, message: number): Promise<UndoStep> =>
  (await takeMessage(product.database, shop, await shop.store(gatewayMessage({ at: start + message * 60 })))).undo;

async function timesOf(shop: Shop) {
  const world = await pictureOf(product.database, shop);
  const [talk, person] = [world.session[0], world.contact[0]];
  assert.ok(talk && person);
  const { rows } = await inTenant(product.database.pool, shop.tenantId, (tx) =>
    tx.query<SessionEvent>(
      'select event_type as type, event_data as data from event_store where tenant_id = $1 and aggregate_id = $2 order by sequence_number',
      [shop.tenantId, talk.id],
    ),
  );
  assert.deepEqual(foldStored(aggregates.session, rows), talk);
  return [
    talk.messageCount,
    talk.firstMessageAt,
    talk.lastMessageAt,
    person.interactionCount,
    person.lastInteractionAt,
  ];
}

const times = (count: number, first: number | null, last: number | null) => {
  const [one, other] = [first, last].map((message) => (message === null ? null : timeOf(message)));
  return [count, one, other, count, other];
};

for (const [first, second] of [
  [1, 2],
  [2, 1],
  [0, 1],
  [1, 0],
  [0, 2],
  [2, 0],
] as const) {
  test(`message ${first} is taken back, then ${second}`, async () => {
    const shop = await product.openShop();
    const undo: UndoStep[] = [];
    for (const message of [0, 1, 2]) undo.push(await take(shop, message));
    assert.deepEqual(await timesOf(shop), times(3, 0, 2));
    const [early = 0, late = 0] = [0, 1, 2].filter((message) => message !== first);
    const left = 3 - first - second;
    await undo[first]?.('record');
    assert.deepEqual(await timesOf(shop), times(2, early, late));
    // The first message is not discarded yet: its saga is between two undos.
    await undo[second]?.('record');
    assert.deepEqual(await timesOf(shop), times(1, left, left));
    await undo[first]?.('message');
    await undo[second]?.('message');
    await undo[left]?.('record');
    assert.deepEqual(await timesOf(shop), times(0, null, null));
  });
}
